/* A fixed piece of work on a CPU of the host, timed: done before each run of a study, it tells
 * whether the machine itself became slower or faster meanwhile, whatever was run on it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CANARY_H
#define THRICE_CANARY_H

#include <stdint.h>

struct canary {
    uint64_t wall_ns; /* what it took, also while others had the CPU */
    uint64_t cpu_ns;  /* of this thread alone: the clock of the CPU, its caches, what was stolen */
};

/* Computes on the CPU it is on: some 50 ms, always the same steps, in registers alone. */
struct canary canary_take(void);

/* One of the hundred equal pieces it is made of. Returns how long it took, in ns. */
uint64_t canary_piece_ns(void);

#endif
