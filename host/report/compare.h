/* Two folders of results, before and after or here and there, scenario by scenario. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_COMPARE_H
#define THRICE_COMPARE_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"
#include "report/doubt.h"
#include "report/figure.h"
#include "statistics/sample.h"
#include "statistics/shift.h"
#include "statistics/verdict.h"

struct compare_options {
    const char *path[2];
    double threshold;     /* of verdict_of() */
    bool different_setup; /* other accelerators, engines, or payload objects are no error */
};

/* One figure of one scenario in one environment, in both folders. */
struct compare_row {
    const char *scenario; /* borrowed from the records */
    const char *environment;
    const struct figure *figure;
    struct sample of[2];
    struct shift ratio; /* second to first; only where both are above 0 */
    double p;           /* adjusted over all rows of the comparison */
    enum verdict verdict;
    char doubt[DOUBT_BYTES]; /* why there can be no verdict (doubt.h), or empty */
};

struct compare {
    json_t *study[2];
    json_t *records[2];
    struct figures figures; /* of both */
    struct compare_row *row;
    size_t rows;
};

/* Reads both folders and compares what they have in common. Returns 0, or -1 and an error
 * (EXIT_USAGE) for a folder that is none, two with nothing in common, or two that may not be
 * compared; the error says what differs. The caller releases it in both cases.
 */
int compare_make(struct compare *compare, const struct compare_options *options,
                 struct error *error);
void compare_release(struct compare *compare);

/* Whether a figure became worse; whether any did. */
bool compare_row_is_worse(const struct compare_row *row);
bool compare_is_worse(const struct compare *compare);

/* The word for a row's verdict: "faster", "slower", "less", "more", "same", "cannot tell". */
const char *compare_word(const struct compare_row *row);

/* On standard output: a table a scenario and words, or JSON. */
void compare_text(const struct compare *compare, const struct compare_options *options);
void compare_json(const struct compare *compare, const struct compare_options *options);

#endif
