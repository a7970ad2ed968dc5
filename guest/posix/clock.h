/* The clocks of POSIX, and deadlines. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CLOCK_H
#define THRICE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Whether there is such a clock, and its time. */
bool clock_read(clockid_t clock, uint64_t *now_ns);

/* A deadline on the monotonic clock: so much from now, or never for NULL. */
uint64_t deadline_after(const struct timespec *time);

#endif
