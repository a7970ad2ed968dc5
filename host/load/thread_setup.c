/* A generator's thread; see thread_setup.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/thread_setup.h"

#include "clock.h"

#include <errno.h>
#include <sys/prctl.h>

int thread_setup_enter(struct thread_setup *setup, const cpu_set_t *cpus, bool exact,
                       struct error *error)
{
    *setup = (struct thread_setup){.pinned = cpus != NULL, .exact = exact};
    if (cpus != NULL) {
        if (sched_getaffinity(0, sizeof setup->old_cpus, &setup->old_cpus) != 0 ||
            sched_setaffinity(0, sizeof *cpus, cpus) != 0)
            return error_set_errno(error, EXIT_LACKING, errno,
                                   "cannot run the load generator on the CPUs chosen for it");
    }
    if (exact) {
        setup->old_slack_ns = prctl(PR_GET_TIMERSLACK);
        prctl(PR_SET_TIMERSLACK, 1UL); /* cannot fail; 0 would mean the default */
    }
    getrusage(RUSAGE_THREAD, &setup->before);
    return 0;
}

static uint64_t timeval_difference_ns(struct timeval from, struct timeval to)
{
    int64_t us = (int64_t)(to.tv_sec - from.tv_sec) * 1000000 + (to.tv_usec - from.tv_usec);
    return (uint64_t)us * NS_PER_US;
}

void thread_setup_leave(const struct thread_setup *setup, uint64_t *user_ns, uint64_t *system_ns)
{
    struct rusage after;
    getrusage(RUSAGE_THREAD, &after);
    *user_ns = timeval_difference_ns(setup->before.ru_utime, after.ru_utime);
    *system_ns = timeval_difference_ns(setup->before.ru_stime, after.ru_stime);
    if (setup->exact)
        prctl(PR_SET_TIMERSLACK, (unsigned long)setup->old_slack_ns);
    if (setup->pinned)
        sched_setaffinity(0, sizeof setup->old_cpus, &setup->old_cpus);
}
