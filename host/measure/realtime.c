/* Steps of the wall clock; see realtime.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/realtime.h"

#include "clock.h"

static const int64_t STEP_NS = 100 * 1000000;

// The clock is read between two looks at the monotonic one, whose mean is closest to that moment.
int64_t realtime_ahead_ns(void)
{
    struct timespec now;
    uint64_t before_ns = clock_now_ns();
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t after_ns = clock_now_ns();
    int64_t wall_ns = (int64_t)now.tv_sec * (int64_t)NS_PER_S + (int64_t)now.tv_nsec;
    return wall_ns - (int64_t)(before_ns + (after_ns - before_ns) / 2);
}

bool realtime_is_step(int64_t change_ns)
{
    return change_ns >= STEP_NS || change_ns <= -STEP_NS;
}
