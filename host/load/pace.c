/* Absolute-time pacing; see pace.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/pace.h"

#include "clock.h"

#include <string.h>

void pace_start(struct pace *pace, uint64_t start_ns, uint64_t rate_per_s)
{
    memset(pace, 0, sizeof *pace);
    pace->start_ns = start_ns;
    pace->rate_per_s = rate_per_s;
}

/* Whole seconds first, so that index * 1e9 cannot overflow: exact to the nanosecond for any rate
 * below 1.8e10 a second. */
uint64_t pace_due_ns(const struct pace *pace, uint64_t index)
{
    uint64_t whole_s = index / pace->rate_per_s;
    uint64_t rest = index % pace->rate_per_s;
    return pace->start_ns + whole_s * NS_PER_S + rest * NS_PER_S / pace->rate_per_s;
}

/* ceil(rate * duration / 1 s): request i is due before the end when i < rate * duration. */
uint64_t pace_count(uint64_t rate_per_s, uint64_t duration_ns)
{
    uint64_t whole_s = duration_ns / NS_PER_S;
    uint64_t rest_ns = duration_ns % NS_PER_S;
    return whole_s * rate_per_s + (rest_ns * rate_per_s + NS_PER_S - 1) / NS_PER_S;
}

void pace_sent(struct pace *pace, uint64_t index, uint64_t now_ns)
{
    uint64_t due_ns = pace_due_ns(pace, index);
    uint64_t late_ns = now_ns > due_ns ? now_ns - due_ns : 0;
    if (late_ns > PACE_LATE_NS)
        pace->late++;
    histogram_record(&pace->lateness, late_ns);
}

double pace_late_share(const struct pace *pace)
{
    uint64_t sent = pace->lateness.count;
    return sent == 0 ? 0 : (double)pace->late / (double)sent;
}
