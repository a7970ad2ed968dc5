/* Student's and the bootstrap's intervals; see interval.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "prng.h"
#include "statistics/distribution.h"

struct interval interval_student(const struct sample *sample, double confidence)
{
    if (sample->count < 2)
        return (struct interval){-INFINITY, INFINITY};
    double t = student_quantile((1 + confidence) / 2, (double)(sample->count - 1));
    double half = t * sample->sd / sqrt((double)sample->count);
    return (struct interval){sample->mean - half, sample->mean + half};
}

// The statistic of each resample, sorted.
static void draw(double *estimates, double *scratch, const struct sample *sample,
                 interval_statistic *statistic, uint64_t seed)
{
    for (size_t i = 0; i < INTERVAL_RESAMPLES; i++) {
        for (size_t j = 0; j < sample->count; j++)
            scratch[j] = sample->value[prng_below(&seed, sample->count)];
        estimates[i] = statistic(scratch, sample->count);
    }
    qsort(estimates, INTERVAL_RESAMPLES, sizeof *estimates, sample_order);
}

// z0: how far the resamples' median lies from the estimate. Half of those equal to it count.
static double bias_of(const double *estimates, double estimate)
{
    double below = 0;
    for (size_t i = 0; i < INTERVAL_RESAMPLES; i++)
        below += estimates[i] < estimate ? 1 : estimates[i] == estimate ? 0.5 : 0;
    double share = fmin(fmax(below, 0.5), INTERVAL_RESAMPLES - 0.5) / INTERVAL_RESAMPLES;
    return normal_quantile(share);
}

// a: how the spread changes with the value, from the statistic with each value left out in turn.
static double acceleration_of(double *scratch, double *without, const struct sample *sample,
                              interval_statistic *statistic)
{
    double mean = 0, squares = 0, cubes = 0;
    for (size_t i = 0; i < sample->count; i++) {
        memcpy(scratch, sample->value, i * sizeof *scratch);
        memcpy(scratch + i, sample->value + i + 1, (sample->count - i - 1) * sizeof *scratch);
        without[i] = statistic(scratch, sample->count - 1);
        mean += without[i] / (double)sample->count;
    }
    for (size_t i = 0; i < sample->count; i++) {
        double difference = mean - without[i];
        squares += difference * difference;
        cubes += difference * difference * difference;
    }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

// Which resample stands at that probability once bias and acceleration are taken out.
static double corrected(const double *estimates, double bias, double acceleration,
                        double probability)
{
    double z = bias + normal_quantile(probability);
    double share = normal_cdf(bias + z / (1 - acceleration * z));
    double at = share * INTERVAL_RESAMPLES;
    size_t index = at < 1 ? 0 : (size_t)at - 1;
    return estimates[index < INTERVAL_RESAMPLES ? index : INTERVAL_RESAMPLES - 1];
}

int interval_bca(struct interval *interval, const struct sample *sample,
                 interval_statistic *statistic, double confidence, uint64_t seed,
                 struct error *error)
{
    size_t count = sample->count;
    if (count < 2) {
        *interval = (struct interval){-INFINITY, INFINITY};
        return 0;
    }
    if (sample->value[0] == sample->value[count - 1]) {
        *interval = (struct interval){sample->value[0], sample->value[0]};
        return 0;
    }
    double *estimates = malloc((INTERVAL_RESAMPLES + 2 * count) * sizeof *estimates);
    if (!estimates)
        return error_set(error, EXIT_FAILED, "out of memory for a bootstrap");
    double *scratch = estimates + INTERVAL_RESAMPLES, *without = scratch + count;
    draw(estimates, scratch, sample, statistic, seed);
    memcpy(scratch, sample->value, count * sizeof *scratch);
    double bias = bias_of(estimates, statistic(scratch, count));
    double acceleration = acceleration_of(scratch, without, sample, statistic);
    interval->low = corrected(estimates, bias, acceleration, (1 - confidence) / 2);
    interval->high = corrected(estimates, bias, acceleration, (1 + confidence) / 2);
    free(estimates);
    return 0;
}
