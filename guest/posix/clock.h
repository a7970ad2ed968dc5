/* Clocks and sleeping. Results, or negated errnos. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CLOCK_H
#define THRICE_CLOCK_H

#include <stdint.h>
#include <time.h>

long posix_clock_gettime(clockid_t clock, struct timespec *time);
long posix_clock_getres(clockid_t clock, struct timespec *resolution);

/* The network goes on being served while the payload sleeps. flags: TIMER_ABSTIME or 0. */
long posix_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time);

/* A deadline on the monotonic clock: so much from now, or never for NULL. */
uint64_t deadline_after(const struct timespec *time);

#endif
