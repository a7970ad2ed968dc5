/* Primes by trial division; see primes.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "primes.h"

#include <math.h>

void primes_step(struct primes *primes, uint64_t limit, uint64_t divisions)
{
    uint64_t number = primes->next, found = primes->found, done = 0;
    for (; number < limit && done < divisions; number++) {
        // As the original compares: in floating point, every time.
        double root = sqrt((double)number);
        uint64_t divisor;
        for (divisor = 2; (double)divisor <= root; divisor++)
            if (number % divisor == 0)
                break;
        found += (double)divisor > root;
        done += divisor;
    }
    primes->next = number;
    primes->found = found;
}
