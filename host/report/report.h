/* The report of a study's results folder, on standard output. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_REPORT_H
#define THRICE_REPORT_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"
#include "report/summary.h"

enum { REPORT_ROWS_MAX = 64 };

/* What a report is made of: a row for each scenario and environment that the study planned. */
struct report {
    const struct study *study;
    const char *path;                     /* of the folder */
    json_t *manifest;                     /* study.json; owned */
    json_t *records;                      /* owned */
    struct summary *row[REPORT_ROWS_MAX]; /* owned; scenario by scenario */
    unsigned int rows;
};

/* Reads the folder and prints, as tables or as JSON. Returns 0, or -1 and an error. */
int report_print(const char *path, bool json, struct error *error);

/* One file for each format. */
void report_text(const struct report *report);
void report_json(const struct report *report);

#endif
