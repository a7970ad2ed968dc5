/* What a study is at, on stderr. On a terminal: a line for each run that ended, and below it one
 * that is rewritten: what runs now, how many of how many are done, the time that is left, the last
 * figure. Elsewhere, as in a log, only what went wrong.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TICKER_H
#define THRICE_TICKER_H

#include <stdbool.h>

#include "study/plan.h"
#include "study/run.h"

struct ticker {
    const struct plan *plan;
    bool terminal;
    bool colour;   /* of a terminal, unless NO_COLOR is set (no-color.org) or TERM is dumb */
    char last[80]; /* key figure; empty at first */
};

void ticker_begin(struct ticker *ticker, const struct plan *plan);

/* The run that is number index of the plan's order begins, or has ended; left in words. */
void ticker_now(struct ticker *ticker, unsigned int index, const char *left);
void ticker_ended(struct ticker *ticker, unsigned int index, const struct run *run);

#endif
