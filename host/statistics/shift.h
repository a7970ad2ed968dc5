/* Two samples against each other, by ranks: whether one tends to be higher, by how much, and how
 * sure that is. Nothing is assumed of how the figures are distributed.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SHIFT_H
#define THRICE_SHIFT_H

#include "error.h"
#include "statistics/interval.h"
#include "statistics/sample.h"

/* The probability of a difference at least as large if there were none, two-sided: the test of Mann
 * and Whitney 1947. Exact for fewer than 50 values on each side without ties; else by the
 * normal distribution, corrected for ties and continuity, as R's wilcox.test() does. 1 when all
 * values are equal. Returns 0, or -1 and an error when out of memory.
 */
int shift_p_value(double *p, const struct sample *x, const struct sample *y, struct error *error);

/* Cliff's delta: the share of pairs in which y is higher less that in which x is. -1 to 1. */
double shift_cliffs_delta(const struct sample *x, const struct sample *y);

struct shift {
    double estimate;
    struct interval interval;
};

/* By how much y is higher than x: the median of all differences y - x (Hodges and Lehmann 1963),
 * and the interval that the test above gives. With too few values for that confidence the
 * interval is the whole range of differences. Returns 0, or -1 and an error when out of memory.
 */
int shift_difference(struct shift *shift, const struct sample *x, const struct sample *y,
                     double confidence, struct error *error);

/* How many times x y is: the same of the logarithms. Every value must be above 0, else an error
 * (EXIT_FAILED).
 */
int shift_ratio(struct shift *shift, const struct sample *x, const struct sample *y,
                double confidence, struct error *error);

#endif
