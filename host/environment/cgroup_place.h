/* Where cgroups may be made: under the root of every controller of version 1; in version 2 below
 * the root of the one tree, or, where that is not ours, below the cgroup that we were started in
 * (cgroups(7), "cgroups delegation"; Documentation/admin-guide/cgroup-v2.rst).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CGROUP_PLACE_H
#define THRICE_CGROUP_PLACE_H

#include <stddef.h>
#include <sys/types.h>

#include "error.h"

#define CGROUP_ROOT "/sys/fs/cgroup"
enum { CGROUP_PATH_BYTES = 256 };

/* 1 or 2. A host with both ("hybrid") has its controllers in 1. */
int cgroup_place_version(void);

/* The cgroup, as a path below CGROUP_ROOT, that ours are made in: "" for the root. Settled at the
 * first call, so that the driver's children, in cgroups of their own by then, are told the same.
 */
const char *cgroup_place_below(void);

/* Opens the way for limits below own, a folder that was made in the place: in version 2 a cgroup
 * has the controllers that every one above it hands down, and one that hands down may have no
 * process of its own (but for the root): if need be the caller and its companion (a process id, or
 * 0) move into own/driver. Returns 0, or -1 and an error (EXIT_LACKING) with the remedy, and then
 * nothing has changed.
 */
int cgroup_place_divide(const char *own, pid_t companion, struct error *error);

/* Undoes that once no server is left below own: whoever is in own/driver goes back. */
void cgroup_place_reunite(const char *own);

/* Writes a setting: 0, or -1 and an error (EXIT_LACKING) that names the file. */
int cgroup_place_write(const char *folder, const char *file, const char *text, struct error *error);

/* The cgroup of /proc/self/cgroup in the tree of version 2, into path; returns 0, or -1 when the
 * text tells of none, or of one that is longer than size.
 */
int cgroup_place_parse_own(const char *text, char *path, size_t size);

#endif
