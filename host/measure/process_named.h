/* Processes by their names: the daemons beside a container, in a PID namespace where all that /proc
 * shows is ours.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCESS_NAMED_H
#define THRICE_PROCESS_NAMED_H

#include "measure/process.h"

/* Sums over all processes of these names (as comm has them, 15 characters; NULL-terminated): CPU
 * time in ticks and ns, and memory. What ends meanwhile is left out; where there is none, all is 0.
 */
void process_named_cpu(const char *const *names, struct process_stat *stat, uint64_t *cpu_ns);
void process_named_memory(const char *const *names, struct process_memory *memory);

/* Waits for those of these that have ended and were left to us as orphans. */
void process_named_reap(const char *const *names);

#endif
