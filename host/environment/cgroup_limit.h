/* A cgroup with limits for a server that no container runtime makes one for: QEMU, the bare
 * process. It is the runtime's cgroup's neighbour, and removed with it (cgroup_tree.h).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CGROUP_LIMIT_H
#define THRICE_CGROUP_LIMIT_H

#include <stdint.h>

#include "environment/cgroup_place.h"
#include "error.h"

struct cgroup_limit {
    unsigned int cpus; /* as a quota of CPU time, whichever CPUs they are */
    uint64_t memory_bytes;
};

enum { CGROUP_JOINS_MAX = 3, CGROUP_SETTINGS_MAX = 3 };

/* The cgroup.procs files that a process writes "0" to, to be in the cgroup with all its children.
 * A list for program_start(), which ends in NULL.
 */
struct cgroup_joins {
    char path[CGROUP_JOINS_MAX][CGROUP_PATH_BYTES];
    const char *list[CGROUP_JOINS_MAX + 1]; /* points into path: not to be copied */
};

/* Makes the server's cgroup (in v1, one under each controller) in the driver's, which must have
 * been claimed (cgroup_tree.h), and sets its limits. Returns 0, or -1 and an error (EXIT_LACKING),
 * and then nothing is left of it.
 */
int cgroup_limit_create(const char *server, const struct cgroup_limit *limit,
                        struct cgroup_joins *joins, struct error *error);

/* Removes it, once its processes have ended. Harmless when there is none. */
void cgroup_limit_remove(const char *server);

/* How long the quota kept the server (also a container) from running, in ns since it started. 0
 * where nothing tells.
 */
uint64_t cgroup_limit_throttled_ns(const char *server);

/* What is written where to set a limit, in cgroup version 1 or 2: for the test. */
struct cgroup_setting {
    const char *controller; /* folder of v1; "" in v2 */
    const char *file;
    char text[32];
};

/* Returns how many. */
unsigned int cgroup_limit_settings(int version, const struct cgroup_limit *limit,
                                   struct cgroup_setting settings[CGROUP_SETTINGS_MAX]);

#endif
