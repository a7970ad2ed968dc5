/* What an answer cost the machine, by who was charged for it.
 *
 * The kernel charges packet work to whoever triggers it, so that what a server is charged is not
 * what it costs: that is the whole host's busy time, and what of it is beyond the bare process's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_COST_H
#define THRICE_COST_H

#include <jansson.h>
#include <stdbool.h>

#include "study/study.h"

/* Means over the good runs that answered anything; times in us of CPU for each answer, if not said
 * otherwise.
 */
struct cost {
    unsigned int runs;
    double charged_us; /* to the server: the process, QEMU, the container's cgroup */
    bool has_threads;  /* of a guest: charged_us is the sum of */
    double vcpu_us;
    double emulator_us;
    double host_us;          /* all that the machine did (hostcpu_busy_ns()); in it: */
    double driver_user_us;   /* the load generator's own, */
    double driver_system_us; /* what the kernel did for it, or at its expense, */
    double rest_us;          /* and what was charged neither to the server nor to the driver */
    double softirq_us;       /* by the tick, and so not to be subtracted from the others */
    bool has_excess;
    double excess_us;         /* host_us beyond that of native in the same block */
    unsigned int excess_runs; /* that had such a neighbour */
    double steal_ms;          /* of a run: taken by the hypervisor under us */
    double throttled_ms;      /* of a run: held back by the quota */
    double waiting_percent;   /* of the time: some task waited for a CPU (PSI) */
};

/* Of the records that belong to the scenario and environment; records are damaged nowhere that
 * summary_make() passed.
 */
void cost_make(struct cost *cost, const json_t *records, const struct scenario *scenario,
               const char *environment);

/* Every figure by its name; null for what there is not. The caller owns it. */
json_t *cost_json(const struct cost *cost);

#endif
