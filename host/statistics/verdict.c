/* Verdicts; see verdict.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/verdict.h"

enum verdict verdict_of(const struct shift *ratio, double p, size_t runs, double threshold)
{
    // 5 % more and 5 % less are the same distance: twice as much is as far as half.
    double high = 1 + threshold, low = 1 / high;
    if (runs < VERDICT_RUNS_MIN)
        return VERDICT_CANNOT_TELL;
    if (p < VERDICT_LEVEL && ratio->estimate > high)
        return VERDICT_HIGHER;
    if (p < VERDICT_LEVEL && ratio->estimate < low)
        return VERDICT_LOWER;
    if (ratio->interval.low >= low && ratio->interval.high <= high)
        return VERDICT_SAME;
    return VERDICT_CANNOT_TELL;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_CANNOT_TELL] = "cannot tell",
        [VERDICT_SAME] = "same",
        [VERDICT_LOWER] = "lower",
        [VERDICT_HIGHER] = "higher",
    };
    return names[verdict];
}
