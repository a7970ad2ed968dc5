/* The folder of a study's results: study.cfg (a copy of the study's file), study.json
 * (the plan), records.jsonl (one line a run, appended
 * and synced before the next run starts), and the consoles of the servers.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RESULTS_H
#define THRICE_RESULTS_H

#include <jansson.h>
#include <limits.h>

#include "error.h"

/* The version of study.json and of every record, described by host/report/records.schema.json: a
 * change that a reader must know of raises it.
 */
#define RESULTS_SCHEMA 2

struct results {
    char path[PATH_MAX];
    int records_fd;
};

/* Creates the folder, which must not be there yet, with those above it, and an empty
 * records.jsonl. On failure the error (EXIT_USAGE) names it and nothing is left.
 */
int results_create(struct results *results, const char *path, struct error *error);

/* Writes study.cfg, the text of the study's file, and study.json. */
int results_write_study(const struct results *results, const char *text, const json_t *study,
                        struct error *error);

/* Appends one record as a line and syncs it. A disk that is full leaves no half line behind. */
int results_append(const struct results *results, const json_t *record, struct error *error);

/* Opens the folder of an interrupted study to append to it, and reads it as results_read() does. A
 * folder that another driver still writes to is refused (EXIT_USAGE). What is left of a last line
 * that was cut short is removed, and said so on stderr: that run has no record.
 */
int results_resume(struct results *results, const char *path, json_t **study, json_t **records,
                   struct error *error);

/* Closes, and removes what was created if there is no record in it: the study could not begin. */
void results_discard(struct results *results);

void results_close(struct results *results);

/* Reads a folder back: its study, and an array of its records. A line that is no record, as a last
 * one that was cut short, is skipped, and said so on stderr; a folder of another schema is refused
 * (EXIT_USAGE). The caller owns both.
 */
int results_read(const char *path, json_t **study, json_t **records, struct error *error);

#endif
