/* The janitor: removes what the kernel does not when the driver dies, its cgroups.
 *
 * A process in a session of its own, so that neither Ctrl-C nor a signal to the driver's
 * process group reaches it. It waits until the driver's end of a pipe closes, which also
 * happens when the driver is killed with SIGKILL, then sweeps and exits.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_JANITOR_H
#define THRICE_JANITOR_H

#include <sys/types.h>

#include "error.h"

struct janitor {
    pid_t pid;
    int driver_alive_fd; /* the driver's end of the pipe */
};

/* Starts the janitor of this process, and only then makes what it is to remove: the driver's cgroup
 * (cgroup_tree_claim()). What earlier drivers left behind is swept.
 */
int janitor_start(struct janitor *janitor, struct error *error);

/* In a child of the driver: drops its copy of the pipe, which must not keep the janitor waiting. */
void janitor_forget(struct janitor *janitor);

/* Lets the janitor sweep now, and waits for it. */
void janitor_finish(struct janitor *janitor);

#endif
