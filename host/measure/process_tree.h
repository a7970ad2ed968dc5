/* A server as all its processes: the one that was started and what descends from it.
 *
 * By /proc/PID/task/PID/children: those that its main thread started, and theirs. A kernel without
 * that file (CONFIG_PROC_CHILDREN) shows the first alone.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCESS_TREE_H
#define THRICE_PROCESS_TREE_H

#include "error.h"
#include "measure/process.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROCESS_TREE_MAX = 64 };

struct process_tree {
    pid_t pid[PROCESS_TREE_MAX]; /* the root first; what does not fit is left out */
    size_t count;
};

void process_tree_find(struct process_tree *tree, pid_t root);

/* Sums over the processes, of which the root must be there (else -1 and an error): CPU time in
 * ticks (pid, comm and the like are the root's) and in ns, memory as smaps_rollup counts it, and
 * resident memory as stat has it, which costs nothing to read but may be off by some 100 kB a
 * process, for the kernel counts in batches. Children that end meanwhile are left out. */
int process_tree_cpu(pid_t root, struct process_stat *stat, uint64_t *cpu_ns, struct error *error);
int process_tree_memory(pid_t root, struct process_memory *memory, struct error *error);
int process_tree_rss(pid_t root, uint64_t *rss_bytes, struct error *error);

#endif
