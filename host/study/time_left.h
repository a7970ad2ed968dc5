/* How long the runs of a study that are still to come will take.
 *
 * A run is taken to last as those of the same scenario in the same environment did; where there was
 * none yet, as the plan estimates, corrected by how its estimates of the others came out.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TIME_LEFT_H
#define THRICE_TIME_LEFT_H

#include <stdint.h>

#include "study/plan.h"
#include "study/progress.h"

struct time_left {
    const struct plan *plan;
    uint64_t took_ns[PLAN_SCENARIOS_MAX][PLAN_ENVIRONMENTS_MAX]; /* by scenario and environment */
    unsigned int runs[PLAN_SCENARIOS_MAX][PLAN_ENVIRONMENTS_MAX];
    uint64_t passed_ns;    /* of all runs noted */
    uint64_t estimated_ns; /* of the same, by the plan */
};

/* Begins from nothing: all zero but for the plan. Notes that the run, number index in the plan's
 * order, took so long; one that is repeated is noted each time. */
void time_left_note(struct time_left *time_left, unsigned int index, uint64_t took_ns);

/* Of the plan's runs that are not done. */
uint64_t time_left_ns(const struct time_left *time_left, const struct progress *progress);

#endif
