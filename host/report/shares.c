/* Distributions over decades; see shares.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/shares.h"

#include <math.h>
#include <stdbool.h>

static const double SHORTEST_MS = 0.001;

void shares_add(struct shares *shares, double ms, uint64_t times)
{
    double at = ms > SHORTEST_MS ? log10(ms / SHORTEST_MS) * SHARES_OF_A_DECADE : 0;
    shares->count[(size_t)fmin(at, SHARES - 1)] += times;
    shares->all += times;
}

static bool has(const struct shares *shares, size_t step)
{
    return step < SHARES && shares->count[step] > 0;
}

void shares_script(const struct shares *shares, FILE *script)
{
    for (size_t i = 0; i < SHARES; i++)
        if (has(shares, i) || has(shares, i - 1) || has(shares, i + 1))
            fprintf(script, "%g %g\n",
                    SHORTEST_MS * pow(10, ((double)i + 0.5) / SHARES_OF_A_DECADE),
                    100 * (double)shares->count[i] / (double)shares->all);
}
