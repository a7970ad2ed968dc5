/* The figures of one kind that some runs gave, one a run, in ascending order, and their moments.
 *
 * Statistics here are over runs, never over requests: the requests of a run are not independent.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SAMPLE_H
#define THRICE_SAMPLE_H

#include <stddef.h>

#include "error.h"

struct sample {
    size_t count;
    double *value; /* ascending; owned */
    double mean;
    double sd; /* n - 1 below the line; 0 for one value */
    double median;
};

/* Copies count values, in any order. Returns 0, or -1 and an error (EXIT_FAILED) for none at all,
 * or for one that is no finite number: a missing figure must be left out by who knows why.
 */
int sample_make(struct sample *sample, const double *values, size_t count, struct error *error);
void sample_release(struct sample *sample);

/* The coefficient of variation, sd / |mean|; 0 when the mean is 0. */
double sample_cv(const struct sample *sample);

/* Interpolated between the closest ranks, as type 7 of Hyndman and Fan 1996 (R's and numpy's
 * default). fraction is within [0, 1].
 */
double sample_quantile(const struct sample *sample, double fraction);

/* The median of |value - median|, not scaled. */
double sample_mad(const struct sample *sample);

/* Of values in any order; the median reorders them. */
double sample_mean_of(double *values, size_t count);
double sample_median_of(double *values, size_t count);

/* For qsort(): doubles, ascending. */
int sample_order(const void *left, const void *right);

#endif
