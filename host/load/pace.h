/* Absolute-time pacing: when each request is due, and how late it was sent.
 *
 * The i-th due time is computed from the start and the rate alone, in whole nanoseconds, so
 * that neither rounding nor a late request shifts those after it: the load stays open-loop.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PACE_H
#define THRICE_PACE_H

#include "load/histogram.h"

/* A request sent later than this counts against the generator; when more than 1 % are, the
 * run says nothing about the server. */
#define PACE_LATE_NS UINT64_C(5000000)

struct pace {
    uint64_t start_ns;
    uint64_t rate_per_s;       /* at least 1 */
    uint64_t late;             /* requests sent more than PACE_LATE_NS after they were due */
    struct histogram lateness; /* of every request sent */
};

void pace_start(struct pace *pace, uint64_t start_ns, uint64_t rate_per_s);

/* When request number index, from 0, is due. */
uint64_t pace_due_ns(const struct pace *pace, uint64_t index);

/* How many requests fall due in a duration that starts with the pace: those whose due time
 * lies before its end. */
uint64_t pace_count(uint64_t rate_per_s, uint64_t duration_ns);

/* Accounts that request number index was sent at now_ns. */
void pace_sent(struct pace *pace, uint64_t index, uint64_t now_ns);

/* The share of requests sent late, 0 to 1; 0 when none was sent. */
double pace_late_share(const struct pace *pace);

#endif
