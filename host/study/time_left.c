/* How long a study will still take; see time_left.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/time_left.h"

void time_left_note(struct time_left *time_left, unsigned int index, uint64_t took_ns)
{
    const struct schedule_entry *entry = &time_left->plan->order[index];
    time_left->took_ns[entry->scenario][entry->environment] += took_ns;
    time_left->runs[entry->scenario][entry->environment]++;
    time_left->passed_ns += took_ns;
    time_left->estimated_ns += plan_estimate_run_ns(time_left->plan, index);
}

static uint64_t expected_ns(const struct time_left *time_left, unsigned int index)
{
    const struct schedule_entry *entry = &time_left->plan->order[index];
    unsigned int runs = time_left->runs[entry->scenario][entry->environment];
    uint64_t estimate_ns = plan_estimate_run_ns(time_left->plan, index);
    if (runs > 0)
        return time_left->took_ns[entry->scenario][entry->environment] / runs;
    if (time_left->estimated_ns == 0)
        return estimate_ns;
    return (uint64_t)((double)estimate_ns * (double)time_left->passed_ns /
                      (double)time_left->estimated_ns);
}

uint64_t time_left_ns(const struct time_left *time_left, const struct progress *progress)
{
    uint64_t left_ns = 0;
    for (unsigned int i = 0; i < time_left->plan->order_count; i++)
        if (!progress_is_done(&progress[i]))
            left_ns += expected_ns(time_left, i);
    return left_ns;
}
