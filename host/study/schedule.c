/* The order of runs; see schedule.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/schedule.h"

#include <stdlib.h>

#include "prng.h"

// Fisher and Yates.
static void shuffle(struct schedule_entry *entries, size_t count, uint64_t *state)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = prng_below(state, i);
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
