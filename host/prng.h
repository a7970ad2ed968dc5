/* A seeded sequence of pseudo-random numbers, the same on every machine, for what must be
 * repeatable: the order of runs, resampling. Not for secrets.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PRNG_H
#define THRICE_PRNG_H

#include <stddef.h>
#include <stdint.h>

/* The state is the seed at first; every value is good. SplitMix64 (Steele, Lea and Flood 2014). */
uint64_t prng_next(uint64_t *state);

/* Uniform in [0, bound); bound is not 0. */
size_t prng_below(uint64_t *state, size_t bound);

#endif
