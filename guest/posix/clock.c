/* Clocks and sleeping (clock.h) on the kernel's two clocks. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "file.h"
#include "loop.h"
#include "time.h"

#define NS_PER_S 1000000000ull

/* CPU time is elapsed time: the one program runs all the time. */
static bool clock_read(clockid_t clock, uint64_t *now_ns)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        *now_ns = time_realtime_ns();
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        *now_ns = time_monotonic_ns();
        return true;
    default:
        return false;
    }
}

long posix_clock_gettime(clockid_t clock, struct timespec *time)
{
    uint64_t now_ns;

    if (!clock_read(clock, &now_ns))
        return -EINVAL;
    time->tv_sec = (time_t)(now_ns / NS_PER_S);
    time->tv_nsec = (long)(now_ns % NS_PER_S);
    return 0;
}

long posix_clock_getres(clockid_t clock, struct timespec *resolution)
{
    uint64_t now_ns;

    if (!clock_read(clock, &now_ns))
        return -EINVAL;
    if (resolution)
        *resolution = (struct timespec){.tv_nsec = 1};
    return 0;
}

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

long posix_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time)
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
