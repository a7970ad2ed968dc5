/* How values are distributed over decades: what share of them lies in each twelfth of one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SHARES_H
#define THRICE_SHARES_H

#include <stdint.h>
#include <stdio.h>

/* From a microsecond to some 17 minutes, in ms; what lies outside is counted at the end it is
 * nearer to. */
enum { SHARES_OF_A_DECADE = 12, SHARES_DECADES = 9, SHARES = SHARES_OF_A_DECADE * SHARES_DECADES };

struct shares {
    uint64_t count[SHARES];
    uint64_t all;
};

/* Counts a value, in ms, so many times. */
void shares_add(struct shares *shares, double ms, uint64_t times);

/* Writes "MS PERCENT" for each step that has any, at its middle, and its empty neighbours: what
 * gnuplot draws with histeps. */
void shares_script(const struct shares *shares, FILE *script);

#endif
