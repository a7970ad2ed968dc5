/* Steps of the wall clock while something is measured.
 *
 * Every duration here is of CLOCK_MONOTONIC, which never steps; but the payload, a guest or a log
 * may have looked at CLOCK_REALTIME, so that a step is told beside the figures.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_REALTIME_H
#define THRICE_REALTIME_H

#include <stdbool.h>
#include <stdint.h>

/* How far CLOCK_REALTIME is ahead of CLOCK_MONOTONIC. */
int64_t realtime_ahead_ns(void);

/* Is a change of that a step? Slewing, at most 500 ppm, moves it by 30 ms in a minute. */
bool realtime_is_step(int64_t change_ns);

#endif
