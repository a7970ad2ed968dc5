/* The clocks (clock.h) on the kernel's two clocks. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"

#include <errno.h>
#include <stddef.h>

#include "result.h"
#include "time.h"

#define NS_PER_S 1000000000ull

/* CPU time is elapsed time: the one program runs all the time. */
bool clock_read(clockid_t clock, uint64_t *now_ns)
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

static long get_time(clockid_t clock, struct timespec *time)
{
    uint64_t now_ns;

    if (!clock_read(clock, &now_ns))
        return -EINVAL;
    time->tv_sec = (time_t)(now_ns / NS_PER_S);
    time->tv_nsec = (long)(now_ns % NS_PER_S);
    return 0;
}

static long get_resolution(clockid_t clock, struct timespec *resolution)
{
    uint64_t now_ns;

    if (!clock_read(clock, &now_ns))
        return -EINVAL;
    if (resolution)
        *resolution = (struct timespec){.tv_nsec = 1};
    return 0;
}

int __clock_gettime(clockid_t clock, struct timespec *time);

int __clock_gettime(clockid_t clock, struct timespec *time)
{
    return (int)result(get_time(clock, time));
}

int clock_gettime(clockid_t clock, struct timespec *time) __attribute__((alias("__clock_gettime")));

int clock_getres(clockid_t clock, struct timespec *resolution)
{
    return (int)result(get_resolution(clock, resolution));
}
