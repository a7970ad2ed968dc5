/* The event loop: there is one, and every call that waits runs it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LOOP_H
#define THRICE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "signal.h"

/* Sends what was written to sockets since the last time, then takes in what has arrived and
 * runs the timers that are due. Sockets' callbacks run in here.
 */
void loop_poll(void);

/* A call that may not block has found nothing. A program that only tries again and again would
 * never learn of anything: after many in vain the loop runs. Returns whether it did: look again.
 */
bool loop_in_vain(void);

/* Halts until something happens or the monotonic clock reaches deadline_ns. Then runs the handlers
 * of signals, and returns what the caller's wait is to make of them.
 */
enum signal_effect loop_sleep(uint64_t deadline_ns);

#endif
