/* Sorted figures and their moments; see sample.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int sample_order(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double sample_mean_of(double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

// In two passes: figures that differ in their last digits keep them.
static double sd_of(const double *values, size_t count, double mean)
{
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return count > 1 ? sqrt(squares / (double)(count - 1)) : 0;
}

double sample_median_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, sample_order);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

int sample_make(struct sample *sample, const double *values, size_t count, struct error *error)
{
    *sample = (struct sample){.count = count};
    if (count == 0)
        return error_set(error, EXIT_FAILED, "statistics of no figures at all");
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return error_set(error, EXIT_FAILED, "figure %zu of %zu is no finite number", i + 1,
                             count);
    sample->value = malloc(count * sizeof *values);
    if (!sample->value)
        return error_set(error, EXIT_FAILED, "out of memory for %zu figures", count);
    memcpy(sample->value, values, count * sizeof *values);
    sample->median = sample_median_of(sample->value, count);
    sample->mean = sample_mean_of(sample->value, count);
    sample->sd = sd_of(sample->value, count, sample->mean);
    return 0;
}

void sample_release(struct sample *sample)
{
    free(sample->value);
    *sample = (struct sample){0};
}

double sample_cv(const struct sample *sample)
{
    return sample->mean == 0 ? 0 : sample->sd / fabs(sample->mean);
}

double sample_quantile(const struct sample *sample, double fraction)
{
    double at = fraction * (double)(sample->count - 1);
    size_t below = (size_t)at;
    if (below + 1 >= sample->count)
        return sample->value[sample->count - 1];
    double step = sample->value[below + 1] - sample->value[below];
    return sample->value[below] + (at - (double)below) * step;
}

// Distances from the median grow towards both ends of the sorted values: merged, they are sorted.
double sample_mad(const struct sample *sample)
{
    size_t below = 0, count = sample->count;
    while (below < count && sample->value[below] < sample->median)
        below++;
    double distance = 0, before = 0;
    for (size_t taken = 0, above = below; taken <= count / 2; taken++) {
        double low = below > 0 ? sample->median - sample->value[below - 1] : INFINITY;
        double high = above < count ? sample->value[above] - sample->median : INFINITY;
        before = distance;
        distance = fmin(low, high);
        if (low < high)
            below--;
        else
            above++;
    }
    return count % 2 ? distance : (before + distance) / 2;
}
