/* The order of runs; see schedule.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/schedule.h"

#include <stdlib.h>

// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

// Uniform below bound: the incomplete last stretch of the 64-bit range is not used.
static size_t random_below(uint64_t *state, size_t bound)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    uint64_t value;
    do
        value = next_random(state);
    while (value >= limit);
    return (size_t)(value % bound);
}

// Fisher and Yates.
static void shuffle(struct schedule_entry *entries, size_t count, uint64_t *state)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = random_below(state, i);
        struct schedule_entry swapped = entries[i - 1];
        entries[i - 1] = entries[j];
        entries[j] = swapped;
    }
}

struct schedule_entry *schedule_make(unsigned int blocks, unsigned int scenarios,
                                     unsigned int environments, uint64_t seed)
{
    size_t per_block = (size_t)scenarios * environments;
    struct schedule_entry *entries = calloc(blocks * per_block + 1, sizeof *entries);
    if (!entries)
        return NULL;
    for (unsigned int block = 0; block < blocks; block++) {
        struct schedule_entry *first = entries + block * per_block;
        for (unsigned int i = 0; i < per_block; i++)
            first[i] = (struct schedule_entry){block, i / environments, i % environments};
        shuffle(first, per_block, &seed);
    }
    return entries;
}
