/* What a server is confined to: CPUs of its own, a quota of CPU time, memory. The same for all of
 * them, and for QEMU as a whole: what it does for its guest counts as the container's runtime's
 * child does.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CONFINEMENT_H
#define THRICE_CONFINEMENT_H

#include <jansson.h>
#include <stdint.h>

#include "environment/cgroup_limit.h"
#include "environment/program.h"
#include "error.h"

struct server;

struct confinement {
    struct cgroup_limit limit;
    uint64_t overhead_bytes; /* of the memory limit: allowed to QEMU itself, beside its guest */
    struct cgroup_joins joins;
    char lacking[sizeof((struct error *)0)->text]; /* why there is no quota and no memory limit; ""
                                                      when there are */
};

/* Makes the server's cgroup: a CPU's time for each vCPU, its memory_mib and the overhead. Where
 * that is not possible it runs without, and the confinement says why.
 */
void confinement_make(struct server *server, uint64_t overhead_bytes);

/* The same where a container's runtime makes the cgroup: only what there is to tell. */
void confinement_describe(struct server *server);

/* Lets a program start inside the confinement. */
void confinement_apply(const struct server *server, struct program_options *options);

/* What a payload that is no guest may allocate, for RLIMIT_DATA: its memory limit less a part for
 * what the kernel has on its account. So it learns from malloc() that there is no more, where it
 * would else be killed. 0, no limit: a reference server, or where there is no memory limit.
 */
uint64_t confinement_data_bytes(const struct server *server);

/* Removes the cgroup, once the server has ended. */
void confinement_remove(const struct server *server);

/* {"cpus": "1", "cpu_quota": 1, "memory_bytes": ..., "overhead_bytes": ..., "lacking": null}: cpus
 * is what the kernel says of the running server. The caller owns it.
 */
json_t *confinement_json(const struct server *server);

#endif
