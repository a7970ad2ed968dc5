/* The driver's one clock: CLOCK_MONOTONIC in nanoseconds. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CLOCK_H
#define THRICE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_S  UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_US UINT64_C(1000)

static inline struct timespec clock_timespec(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

static inline uint64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Sleeps until the given moment of the clock; a signal does not cut it short. */
static inline void clock_sleep_until_ns(uint64_t moment_ns)
{
    struct timespec moment = clock_timespec(moment_ns);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL) != 0)
        continue;
}

#endif
