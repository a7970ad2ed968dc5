/* The paired permutation test; see permutation.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/permutation.h"

#include <math.h>

#include "prng.h"

enum { EXACT_PAIRS = 16, DRAWS = 100000 };

static double turned_sum(const double *differences, size_t count, uint64_t turned)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += turned >> i & 1 ? -differences[i] : differences[i];
    return fabs(sum);
}

static double exact(const double *differences, size_t count, double threshold)
{
    uint64_t all = UINT64_C(1) << count, as_far = 0;
    for (uint64_t turned = 0; turned < all; turned++)
        as_far += turned_sum(differences, count, turned) >= threshold;
    return (double)as_far / (double)all;
}

static double drawn(const double *differences, size_t count, double threshold, uint64_t seed)
{
    uint64_t as_far = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
        double sum = 0;
        uint64_t signs = 0;
        for (size_t i = 0; i < count; i++, signs >>= 1) {
            signs = i % 64 == 0 ? prng_next(&seed) : signs;
            sum += signs & 1 ? -differences[i] : differences[i];
        }
        as_far += fabs(sum) >= threshold;
    }
    return (double)(as_far + 1) / (DRAWS + 1);
}

// Sums of the same numbers in another order differ in their last bits: such count as equal.
double permutation_p_value(const double *differences, size_t count, uint64_t seed)
{
    static const double rounding = 1e-12;
    double sum = 0, magnitudes = 0;
    for (size_t i = 0; i < count; i++) {
        sum += differences[i];
        magnitudes += fabs(differences[i]);
    }
    double threshold = fabs(sum) - rounding * magnitudes;
    if (count <= EXACT_PAIRS)
        return exact(differences, count, threshold);
    return drawn(differences, count, threshold, seed);
}
