/* Primes by trial division; see primes.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "primes.h"

#include <math.h>
#include <stdbool.h>

static bool is_prime(uint64_t number)
{
    // As the original compares: in floating point, every time.
    double root = sqrt((double)number);
    for (uint64_t divisor = 2; (double)divisor <= root; divisor++)
        if (number % divisor == 0)
            return false;
    return true;
}

void primes_step(struct primes *primes, uint64_t end)
{
    uint64_t number = primes->next, found = primes->found;
    for (; number < end; number++)
        if (is_prime(number))
            found++;
    primes->next = number;
    primes->found = found;
}
