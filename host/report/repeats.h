/* Which answers of a burst came late because TCP had to repeat a segment for them, told from those
 * that waited for the server.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_REPEATS_H
#define THRICE_REPEATS_H

#include "load/burst.h"
#include "report/report.h"

/* Of all good runs of a row together, by how often a connection repeated itself; so many times or
 * more in the last. */
struct repeats {
    unsigned int runs;
    double count[BURST_RETRANSMITS_MAX + 1];
    double of_syn[BURST_RETRANSMITS_MAX + 1]; /* those that had to repeat nothing but their SYN */
    double sum_ms[BURST_RETRANSMITS_MAX + 1];
    double repeated; /* once or more often */
};

struct repeats repeats_of(const struct report *report, const struct summary *row);

/* Whether any row of the scenario had to repeat anything. */
bool repeats_has(const struct report *report, const struct scenario *scenario);

/* What there is to know to read them: a sentence each, in one line. */
extern const char repeats_words[];

#endif
