/* What two samples allow to say. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VERDICT_H
#define THRICE_VERDICT_H

#include <stddef.h>

#include "statistics/shift.h"

enum verdict {
    VERDICT_CANNOT_TELL,
    VERDICT_SAME,
    VERDICT_LOWER,
    VERDICT_HIGHER,
};

#define VERDICT_RUNS_MIN  10   /* of each side: fewer give no verdict */
#define VERDICT_LEVEL     0.01 /* of p, adjusted for its family */
#define VERDICT_THRESHOLD 0.05 /* of the ratio's distance from 1, by default */

/* Of a ratio (second to first), its interval, the p value of a difference, and the runs of the side
 * that has fewer. Lower or higher: p is below the level and the ratio off by more than the
 * threshold. Same: the whole interval is within the threshold. Everything else cannot be told.
 */
enum verdict verdict_of(const struct shift *ratio, double p, size_t runs, double threshold);

/* "cannot tell", "same", "lower", "higher". */
const char *verdict_name(enum verdict verdict);

#endif
