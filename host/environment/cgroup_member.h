/* Who is in a server's cgroup: how a container is found that an engine made below it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CGROUP_MEMBER_H
#define THRICE_CGROUP_MEMBER_H

#include <sys/types.h>

#include "environment/cgroup_place.h"

struct cgroup_member {
    pid_t pid;
    char guest[CGROUP_PATH_BYTES]; /* its cgroup, as cgroup_tree_locate() wants it */
};

/* Looks in the cgroup of the server, and below, for processes in another network namespace than
 * ours, which tells a container from those that are still making it. Returns 0 and the eldest of
 * the first cgroup that has one, or -1 where there is none (yet).
 */
int cgroup_member_find(const char *server, struct cgroup_member *member);

#endif
