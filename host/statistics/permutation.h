/* Pairs that were measured side by side: is one of a pair higher, or is it chance which? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PERMUTATION_H
#define THRICE_PERMUTATION_H

#include <stddef.h>
#include <stdint.h>

/* The probability that the mean of the differences of count pairs is at least as far from 0 if the
 * sign of each were chance (Fisher 1935), two-sided. Exact up to 16 pairs; beyond by 100 000
 * draws from the seed, the pairs themselves counted as one, so that it is never 0 (Phipson and
 * Smyth 2010). 1 for no pairs.
 */
double permutation_p_value(const double *differences, size_t count, uint64_t seed);

#endif
