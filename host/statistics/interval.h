/* Intervals that hold a figure with a stated confidence (0.95 for 95 %). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_INTERVAL_H
#define THRICE_INTERVAL_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "statistics/sample.h"

struct interval {
    double low;
    double high;
};

/* One value says nothing: its interval is from -infinity to infinity, and unknown. */
static inline bool interval_is_known(const struct interval *interval)
{
    return isfinite(interval->low) && isfinite(interval->high);
}

/* Of the mean, by Student's t. */
struct interval interval_student(const struct sample *sample, double confidence);

/* sample_mean_of(), sample_median_of(), or another of their kind. */
typedef double interval_statistic(double *values, size_t count);

#define INTERVAL_RESAMPLES 10000

/* Of any statistic, by the bootstrap, bias-corrected and accelerated (BCa; Efron 1987), over
 * INTERVAL_RESAMPLES draws. The seed decides the draws. Where all values are equal the interval is
 * that value. Returns 0, or -1 and an error when out of memory.
 */
int interval_bca(struct interval *interval, const struct sample *sample,
                 interval_statistic *statistic, double confidence, uint64_t seed,
                 struct error *error);

#endif
