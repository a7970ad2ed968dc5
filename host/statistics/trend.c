/* Slope, and the test of Mann and Kendall; see trend.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/trend.h"

#include <math.h>

#include "statistics/distribution.h"

double trend_slope(const double *values, size_t count)
{
    double middle = ((double)count - 1) / 2, products = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        products += ((double)i - middle) * values[i];
        squares += ((double)i - middle) * ((double)i - middle);
    }
    return squares > 0 ? products / squares : 0;
}

double trend_change_percent(const double *values, size_t count)
{
    double sum = 0, n = (double)count;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum != 0 ? 100 * trend_slope(values, count) * (n - 1) * n / fabs(sum) : 0;
}

// What a value adds to the sum of t (t - 1) (2 t + 5) over groups of t equal ones: a t-th part.
static double tie_share(const double *values, size_t count, size_t at)
{
    double equal = 0;
    for (size_t i = 0; i < count; i++)
        equal += values[i] == values[at];
    return (equal - 1) * (2 * equal + 5);
}

double trend_p_value(const double *values, size_t count)
{
    double n = (double)count, score = 0, variance = n * (n - 1) * (2 * n + 5);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            score += (values[i] > values[j]) - (values[i] < values[j]);
        variance -= tie_share(values, count, i);
    }
    if (count < 3 || variance <= 0)
        return 1;
    return 2 * normal_cdf(-fmax(fabs(score) - 1, 0) / sqrt(variance / 18));
}
