/* Pairs of figures and the ratio of each pair, "x y ratio" a line: the median of the ratios, its
 * 95 % interval (bootstrap), and the standard deviations of x and y in per cent of their means, on
 * one line.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "statistics/interval.h"

enum { PAIRS_MAX = 1000, SEED = 1 };

static double deviation_percent(const double *values, size_t count)
{
    struct sample sample;
    struct error error;
    if (sample_make(&sample, values, count, &error) < 0)
        return 0;
    double percent = 100 * sample_cv(&sample);
    sample_release(&sample);
    return percent;
}

int main(void)
{
    static double x[PAIRS_MAX], y[PAIRS_MAX], ratio[PAIRS_MAX];
    struct interval interval;
    struct sample sample;
    struct error error;
    size_t count = 0;

    while (count < PAIRS_MAX && scanf("%lf %lf %lf", &x[count], &y[count], &ratio[count]) == 3)
        count++;
    if (sample_make(&sample, ratio, count, &error) < 0 ||
        interval_bca(&interval, &sample, sample_median_of, 0.95, SEED, &error) < 0) {
        fprintf(stderr, "paired: %s\n", error.text);
        return 1;
    }
    printf("%.4f %.4f %.4f %.2f %.2f\n", sample.median, interval.low, interval.high,
           deviation_percent(x, count), deviation_percent(y, count));
    sample_release(&sample);
    return 0;
}
