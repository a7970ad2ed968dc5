/* The event of `sysbench cpu`: how many primes there are below a limit, by trial division.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PRIMES_H
#define THRICE_PRIMES_H

#include <stdint.h>

struct primes {
    uint64_t next; // number to be tried; PRIMES_FIRST at first
    uint64_t found;
};

enum { PRIMES_FIRST = 3 };

// Tries the numbers from next on, those below end, by every divisor from 2 to its square root.
void primes_step(struct primes *primes, uint64_t end);

#endif
