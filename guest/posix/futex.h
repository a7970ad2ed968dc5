/* Futexes: what the libc's locks, joins and conditions wait on (futex(2)), within the one process.
 *
 * A thread that waits on the boot processor runs the event loop meanwhile; one that waits on
 * another processor halts it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FUTEX_H
#define THRICE_FUTEX_H

#include <stdint.h>
#include <time.h>

#define FUTEX_WAIT    0
#define FUTEX_WAKE    1
#define FUTEX_REQUEUE 3
#define FUTEX_COMMAND 127 /* without the flags "private" and "real time" */

/* FUTEX_WAIT (the time-out is relative, or NULL), FUTEX_WAKE and FUTEX_REQUEUE, private or not:
 * the latter wakes those that it would move, which then find their lock taken and wait for it.
 * 0 or the number woken, or -EAGAIN, -ETIMEDOUT, -ENOSYS.
 */
long posix_futex(uint32_t *word, int operation, uint32_t value, const struct timespec *timeout,
                 uint32_t moved);

#endif
