/* SplitMix64; see prng.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "prng.h"

uint64_t prng_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

// The incomplete last stretch of the 64-bit range is not used.
size_t prng_below(uint64_t *state, size_t bound)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    uint64_t value;
    do
        value = prng_next(state);
    while (value >= limit);
    return (size_t)(value % bound);
}
