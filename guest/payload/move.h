/* The operation of `sysbench memory`: a block of memory, written or read word by word.
 *
 * As there, each operation is timed: the clock is read before and after it, under a lock, and the
 * logarithm of the difference counted. With blocks of 1 KiB, where an operation lasts 0.2 us, that
 * is two thirds of its cost: without it the figure would be several times the tool's.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MOVE_H
#define THRICE_MOVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sample.h"

// What all threads do.
struct move {
    bool writes, random;
    uint64_t words;      // of a block
    uint64_t operations; // at most
    atomic_ullong taken; // operations begun
};

// One thread of it. At first all zero but for words and random.
struct mover {
    volatile uint64_t *words; // its block
    uint64_t at;              // word of the operation under way
    uint64_t start_ns;        // of it; 0: none is under way
    uint64_t random[2];       // the generator's state: not all zero
    atomic_flag timed;
    struct sample sample;
};

// Zeroes a part of the block: pages that were never written would not be memory yet. True: that
// was the last.
bool move_fill_step(const struct move *move, struct mover *mover);

// An operation, or a part of a long one, timed by that clock. True: all have been begun.
bool move_step(struct move *move, struct mover *mover, uint64_t (*now_ns)(void));

#endif
