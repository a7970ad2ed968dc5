/* Names and removal of the cgroups that a driver makes: thrice-<pid of the driver>/<guest>,
 * directly under every controller of cgroup v1, or under the one tree of v2.
 *
 * The container runtime creates them and puts processes into them; here they are named, found
 * again, and removed.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CGROUP_TREE_H
#define THRICE_CGROUP_TREE_H

#include <stddef.h>
#include <sys/types.h>

#include "error.h"
#include "measure/cgroup_usage.h"

/* The path of a guest's cgroup below a controller's root, "/thrice-<driver>/<guest>". */
void cgroup_tree_path(char *path, size_t size, pid_t driver, const char *guest);

/* Finds where the kernel shows what that cgroup uses, once the runtime has made it. Returns 0, or
 * -1 and an error when it is not there (a runtime that was not allowed to make one).
 */
int cgroup_tree_locate(pid_t driver, const char *guest, struct cgroup_paths *paths,
                       struct error *error);

/* Removes the cgroups of a driver, waiting at most two seconds for their last processes to be
 * gone. Nothing happens when there are none.
 */
void cgroup_tree_remove(pid_t driver);

/* Removes the cgroups of every driver that no longer lives. */
void cgroup_tree_sweep(void);

#endif
