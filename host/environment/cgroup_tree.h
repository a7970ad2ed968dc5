/* Names, ownership and removal of the cgroups that a driver makes: thrice-<pid>.<number>/<guest>,
 * in cgroup_place.h's place under every controller of version 1, or in the one tree of version 2.
 * Each name has a dot, without which libvirt takes a cgroup for another's (resource partitions).
 *
 * Whose they are is told by a lock (flock(2)) on the driver's folder, which the kernel gives free
 * when the driver, its janitor and the body of its verb have all ended: a pid would not do, for it
 * is another process's in another PID namespace that sees the same cgroups.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CGROUP_TREE_H
#define THRICE_CGROUP_TREE_H

#include <stddef.h>
#include <sys/types.h>

#include "environment/cgroup_place.h"
#include "error.h"
#include "measure/cgroup_usage.h"

enum { CGROUP_NAME_BYTES = 48 }; /* of a driver's folder, with the NUL */

/* Removes what drivers that have ended left behind, then makes this driver's folder and locks it,
 * for as long as this process and those live that it forks from now on. Where no cgroups may be
 * made there is none, and cgroup_tree_lacking() says why. Once, and before other children.
 *
 * janitor is a child that is to remove the folder: before anything is made its name is written to
 * janitor_fd, CGROUP_NAME_BYTES at once, perhaps several in turn, of which the last counts. -1, 0:
 * there is no janitor.
 */
void cgroup_tree_claim(int janitor_fd, pid_t janitor);

/* Gives the lock up, once no child has it any more. */
void cgroup_tree_release(void);

/* Why there are no cgroups, with the remedy; "" when there are. Before the claim: that it lacks. */
const char *cgroup_tree_lacking(void);

/* The path of a guest's cgroup below a controller's root, "/thrice-<driver>/<guest>"; of the driver
 * itself when guest is "".
 */
void cgroup_tree_path(char *path, size_t size, const char *guest);

/* Finds where the kernel shows what that cgroup uses, once the runtime has made it. Returns 0, or
 * -1 and an error when it is not there (a runtime that was not allowed to make one).
 */
int cgroup_tree_locate(const char *guest, struct cgroup_paths *paths, struct error *error);

/* Removes the cgroups of the driver of this name, once nobody holds its lock any more: waits for
 * that, and for the last processes in them to be gone, at most two seconds each. Nothing happens
 * when there are none.
 */
void cgroup_tree_remove(const char *name);

#endif
