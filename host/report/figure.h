/* The figures that runs are compared by: those that every load gives, and those that a study
 * declares for its own experiments.
 *
 * A study declares them in study.json, "figures": [{"name", "title", "unit", "better"}], better
 * "lower" or "higher"; each record has them by name in "figures", null where one could not be
 * measured. What a record has and nobody declared is shown, and never judged.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FIGURE_H
#define THRICE_FIGURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum figure_better { FIGURE_LOWER, FIGURE_HIGHER, FIGURE_NEITHER };

struct figure {
    char name[64];    /* with its unit: "latency p50 ms" */
    const char *less; /* the words for less and for more of it */
    const char *more;
    enum figure_better better;
    const char *key;                    /* in the record's "figures"; borrowed. NULL: */
    double (*of)(const json_t *record); /* how the record's other fields have it; */
    const char *const
        *twins; /* not where its "figures" have it too, by one of these FIGURE_TWINS */
};

enum { FIGURES_MAX = 48, FIGURE_TWINS = 3 };

struct figures {
    struct figure figure[FIGURES_MAX];
    size_t count;
};

/* All figures of a study and its records, the study's own first, which must outlive them. Further
 * than FIGURES_MAX are left out. */
void figures_make(struct figures *figures, const json_t *study, const json_t *records);

/* Of a good record; NAN where the record has no such figure. */
double figure_of(const struct figure *figure, const json_t *record);

/* The figure of every good run of the scenario in the environment, in the order of the records.
 * values has room for as many as there are records. Returns how many.
 */
size_t figure_values(double *values, const struct figure *figure, const json_t *records,
                     const char *scenario, const char *environment);

#endif
