/* The report of a study's results folder, on standard output. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_REPORT_H
#define THRICE_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "error.h"
#include "report/cost.h"
#include "report/figure.h"
#include "report/memory.h"
#include "report/summary.h"

enum { REPORT_ROWS_MAX = STUDY_SCENARIOS_MAX * 5 };

/* What a report is made of: a row for each scenario and environment that the study planned. */
struct report {
    struct study *study;                  /* owned */
    const char *path;                     /* of the folder */
    json_t *manifest;                     /* study.json; owned */
    json_t *records;                      /* owned */
    struct figures figures;               /* of both */
    struct summary *row[REPORT_ROWS_MAX]; /* owned; scenario by scenario */
    struct cost cost[REPORT_ROWS_MAX];    /* of each row, as the next */
    struct memory memory[REPORT_ROWS_MAX];
    unsigned int rows;
};

/* Whether the study has an environment of that name; whether it has any that is a guest. */
bool report_has(const struct report *report, const char *environment);
bool report_has_guests(const struct report *report);

enum report_format {
    REPORT_TEXT, /* tables and words */
    REPORT_JSON, /* the same figures */
    REPORT_CSV,  /* the records themselves, a row for each */
    REPORT_HTML, /* the page */
    REPORT_MARKDOWN,
};

/* Reads the folder and prints. Returns 0, or -1 and an error. */
int report_print(const char *path, enum report_format format, struct error *error);

/* Writes report.html (html.h) and report.md (markdown.h) into the folder. Returns 0, or -1 and an
 * error. */
int report_files(const char *path, struct error *error);

/* Writes records.csv beside the records, as they are; appends the row of one more. Returns 0, or -1
 * and an error. */
int report_csv_file(const char *path, struct error *error);
int report_csv_append(const char *path, const json_t *study, const json_t *record,
                      struct error *error);

/* One file for each format. JSON is that of report.schema.json; it returns -1 and an error when out
 * of memory. */
void report_text(const struct report *report);
int report_json(const struct report *report, struct error *error);
void report_csv(const json_t *study, const json_t *records, FILE *stream);

/* Parts of the text: a line of any length in several; the table of a scenario by the figures that
 * the study declares; a table of the servers that did not keep up with a scenario, if any; what was
 * void; what failed, and what is not recorded yet; the table of who was charged in a scenario, and
 * what its columns mean; the same of memory; what the containers' engine used itself; which answers
 * of a burst TCP had to repeat segments for, if any, and what that means; CPUs and limits.
 */
void report_text_wrapped(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report_text_figures(const struct report *report, const struct scenario *scenario);
void report_text_shortfall(const struct report *report, const struct scenario *scenario);
void report_text_validity(const struct report *report);
void report_text_failures(const struct report *report);
void report_text_cost(const struct report *report, const struct scenario *scenario);
void report_text_cost_words(void);
void report_text_memory(const struct report *report, const struct scenario *scenario);
void report_text_memory_words(void);
void report_text_engine(const struct report *report, const struct scenario *scenario);
void report_text_burst(const struct report *report, const struct scenario *scenario);
void report_text_burst_words(void);
void report_text_confinement(const struct report *report);

#endif
