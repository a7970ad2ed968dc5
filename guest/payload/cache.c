/* The last level of cache; see cache.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "cache.h"

#include <cpuid.h>

// Leaf 4 of Intel's processors, 0x8000001d of AMD's, of the same form.
unsigned long long cache_bytes(void)
{
    static const unsigned leaves[] = {4, 0x8000001d};
    unsigned a, b, c, d, highest = 0;
    unsigned long long bytes = 0;
    for (unsigned i = 0; i < 2; i++)
        for (unsigned n = 0; n < 8 && __get_cpuid_count(leaves[i], n, &a, &b, &c, &d); n++) {
            unsigned level = (a & 31) != 0 ? a >> 5 & 7 : 0;
            if (level <= highest)
                continue;
            highest = level;
            bytes = (unsigned long long)((b >> 22) + 1) * ((b >> 12 & 1023) + 1) *
                    ((b & 4095) + 1) * (c + 1ull); // ways, partitions, line, sets
        }
    return bytes;
}
