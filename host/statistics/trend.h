/* Figures in the order in which they were measured: do they rise or fall? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TREND_H
#define THRICE_TREND_H

#include <stddef.h>

/* The least-squares change from one figure to the next; 0 for fewer than two. */
double trend_slope(const double *values, size_t count);

/* By how many per cent of their mean that line rises from the first figure to the last; 0 where the
 * mean is. */
double trend_change_percent(const double *values, size_t count);

/* The probability of so much rise or fall if the order were chance, two-sided: Mann 1945 and
 * Kendall 1975, by the normal distribution, corrected for ties and continuity. 1 for fewer than
 * three figures, or when all are equal.
 */
double trend_p_value(const double *values, size_t count);

#endif
