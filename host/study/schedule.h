/* In which order the runs of a study go: interleaved in shuffled blocks.
 *
 * A block holds every scenario in every environment once, in an order of its own, so that whatever
 * drifts on the machine (heat, neighbours, caches) hits all of them alike. The seed decides
 * the order, the same on every machine.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SCHEDULE_H
#define THRICE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct schedule_entry {
    unsigned int block;       /* from 0 */
    unsigned int scenario;    /* index into the chosen scenarios */
    unsigned int environment; /* index into the chosen environments */
};

/* Returns blocks * scenarios * environments entries, for the caller to free; NULL when out of
 * memory.
 */
struct schedule_entry *schedule_make(unsigned int blocks, unsigned int scenarios,
                                     unsigned int environments, uint64_t seed);

#endif
