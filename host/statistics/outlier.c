/* Outliers; see outlier.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/outlier.h"

#include <math.h>

bool outlier_by_mad(const struct sample *sample, double value)
{
    return fabs(value - sample->median) > 14.8 * sample_mad(sample);
}

bool outlier_by_fences(const struct sample *sample, double value)
{
    double low = sample_quantile(sample, 0.25), high = sample_quantile(sample, 0.75);
    double reach = 1.5 * (high - low);
    return value < low - reach || value > high + reach;
}
