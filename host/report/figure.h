/* The figures of one run that two runs are compared by. Of each, less is better. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FIGURE_H
#define THRICE_FIGURE_H

#include <jansson.h>
#include <stddef.h>

struct figure {
    const char *name; /* with its unit: "latency p50 ms" */
    const char *less; /* the words for less and for more of it */
    const char *more;

    /* Of a good record; NAN where the record has no such figure. */
    double (*of)(const json_t *record);
};

extern const struct figure figures[];
extern const size_t figure_count;

/* The figure of every good run of the scenario in the environment, in the order of the records.
 * values has room for as many as there are records. Returns how many.
 */
size_t figure_values(double *values, const struct figure *figure, const json_t *records,
                     const char *scenario, const char *environment);

#endif
