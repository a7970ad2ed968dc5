/* Threads: each has a processor to itself, from pthread_create() to its end. Where there is none
 * left pthread_create() fails with EAGAIN.
 *
 * A thread computes: it may allocate, print, read clocks, lock and wait. Files, sockets and
 * signals belong to the thread of main().
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_THREAD_H
#define THRICE_THREAD_H

#include <stdbool.h>

/* An image without threads has neither. */
#pragma weak posix_thread_is_main
#pragma weak posix_thread_exit

bool posix_thread_is_main(void);
_Noreturn void posix_thread_exit(void);

static inline bool thread_is_other(void)
{
    return posix_thread_is_main && !posix_thread_is_main();
}

#endif
