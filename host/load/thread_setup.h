/* How a generator's thread runs while it loads: on which CPUs, how exactly it is woken, and
 * what it uses. Undone afterwards, because the caller's thread goes on to other work.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_THREAD_SETUP_H
#define THRICE_THREAD_SETUP_H

#include "error.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

struct thread_setup {
    bool pinned;
    bool exact;
    cpu_set_t old_cpus;
    long old_slack_ns;
    struct rusage before;
};

/* Pins the calling thread to cpus unless NULL, and with exact asks the kernel to wake it without
 * the usual 50 us of timer slack. Returns 0, or -1 and an error (nothing is then changed). */
int thread_setup_enter(struct thread_setup *setup, const cpu_set_t *cpus, bool exact,
                       struct error *error);

/* Puts everything back, and gives the CPU time that the thread used since it entered. */
void thread_setup_leave(const struct thread_setup *setup, uint64_t *user_ns, uint64_t *system_ns);

#endif
