/* Figures far from the others: flagged, never dropped. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_OUTLIER_H
#define THRICE_OUTLIER_H

#include <stdbool.h>

#include "statistics/sample.h"

/* Further from the median than 14.8 times the median distance from it: ten standard deviations if
 * the figures were normal. Where more than half of them are equal, any other is one.
 */
bool outlier_by_mad(const struct sample *sample, double value);

/* Beyond the quartiles by more than 1.5 times what lies between them (Tukey 1977). */
bool outlier_by_fences(const struct sample *sample, double value);

#endif
