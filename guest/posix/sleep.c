/* Sleeping, and deadlines (clock.h). The network goes on being served meanwhile. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"

#include <errno.h>
#include <stddef.h>

#include "file.h"
#include "loop.h"
#include "time.h"

#define NS_PER_S 1000000000ull

static bool is_valid(const struct timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && (uint64_t)time->tv_nsec < NS_PER_S;
}

/* At most some 290 years, to which the time now can be added. */
static uint64_t ns_of(const struct timespec *time)
{
    if ((uint64_t)time->tv_sec >= INT64_MAX / NS_PER_S)
        return INT64_MAX;
    return (uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_nsec;
}

uint64_t deadline_after(const struct timespec *time)
{
    return time ? time_monotonic_ns() + ns_of(time) : FILE_NO_DEADLINE;
}

static long wait_for(clockid_t clock, int flags, const struct timespec *time)
{
    uint64_t now_ns, wait_ns;

    if (!clock_read(clock, &now_ns) || !is_valid(time))
        return -EINVAL;
    wait_ns = ns_of(time);
    if (flags & TIMER_ABSTIME)
        wait_ns = wait_ns > now_ns ? wait_ns - now_ns : 0;
    uint64_t deadline_ns = time_monotonic_ns() + wait_ns;
    do {
        loop_poll();
        if (loop_sleep(deadline_ns) != SIGNAL_NONE)
            return -EINTR;
    } while (time_monotonic_ns() < deadline_ns);
    return 0;
}

/* Its result is an error's number, not errno. */
int __clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                      struct timespec *left);

int __clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                      struct timespec *left)
{
    (void)left;
    return (int)-wait_for(clock, flags, time);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
    __attribute__((alias("__clock_nanosleep")));
