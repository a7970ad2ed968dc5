/* Mann and Whitney's test, Cliff's delta, Hodges and Lehmann's shift; see shift.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/shift.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "statistics/distribution.h"

// From this size on the normal distribution is close enough (and R changes over, too).
static const size_t EXACT_BELOW = 50;

/* U: in how many pairs y is higher; a tie counts half. With it the sum of t^3 - t over groups of t
 * equal values.
 */
static double count_higher(const struct sample *x, const struct sample *y, double *ties)
{
    double higher = 0;
    size_t i = 0, j = 0;
    *ties = 0;
    while (i < x->count || j < y->count) {
        bool from_x = j == y->count || (i < x->count && x->value[i] <= y->value[j]);
        double value = from_x ? x->value[i] : y->value[j];
        size_t i_before = i, j_before = j;
        while (i < x->count && x->value[i] == value)
            i++;
        while (j < y->count && y->value[j] == value)
            j++;
        double equal_x = (double)(i - i_before), equal_y = (double)(j - j_before);
        double equal = equal_x + equal_y;
        higher += equal_y * ((double)i_before + equal_x / 2);
        *ties += equal * equal * equal - equal;
    }
    return higher;
}

/* The probabilities of U = 0 .. m*n without a difference: how many of the ways to choose m ranks of
 * m + n have that sum, counted by adding one rank after the other. NULL when out of memory; the
 * caller frees it.
 */
static double *u_probabilities(size_t m, size_t n)
{
    size_t sums = m * n + 1;
    double *ways = calloc((m + 1) * sums, sizeof *ways);
    if (!ways)
        return NULL;
    ways[0] = 1;
    // Rank r, if it is the k-th chosen, has r - k (from 0) of the other side below it.
    for (size_t rank = 0; rank < m + n; rank++)
        for (size_t k = rank < m ? rank + 1 : m; k >= 1; k--)
            for (size_t below = rank - (k - 1), sum = sums; sum-- > below && below <= n;)
                ways[k * sums + sum] += ways[(k - 1) * sums + sum - below];
    double all = 0;
    memmove(ways, ways + m * sums, sums * sizeof *ways);
    for (size_t i = 0; i < sums; i++)
        all += ways[i];
    for (size_t i = 0; i < sums; i++)
        ways[i] /= all;
    return ways;
}

static double sd_of_u(double m, double n, double ties)
{
    double all = m + n;
    return sqrt(m * n / 12 * (all + 1 - ties / (all * (all - 1))));
}

static double normal_p_value(double u, double m, double n, double ties)
{
    double sd = sd_of_u(m, n, ties), distance = fabs(u - m * n / 2);
    if (sd == 0)
        return 1;
    return 2 * normal_cdf(-fmax(distance - 0.5, 0) / sd);
}

static double exact_p_value(const double *probability, double u, size_t m, size_t n)
{
    double pairs = (double)(m * n), tail = 0;
    for (size_t i = 0; (double)i <= fmin(u, pairs - u); i++)
        tail += probability[i];
    return fmin(2 * tail, 1);
}

int shift_p_value(double *p, const struct sample *x, const struct sample *y, struct error *error)
{
    double ties, u = count_higher(x, y, &ties);
    if (ties > 0 || x->count >= EXACT_BELOW || y->count >= EXACT_BELOW) {
        *p = normal_p_value(u, (double)x->count, (double)y->count, ties);
        return 0;
    }
    double *probability = u_probabilities(x->count, y->count);
    if (!probability)
        return error_set(error, EXIT_FAILED, "out of memory for a rank test");
    *p = exact_p_value(probability, u, x->count, y->count);
    free(probability);
    return 0;
}

double shift_cliffs_delta(const struct sample *x, const struct sample *y)
{
    double ties, pairs = (double)x->count * (double)y->count;
    return 2 * count_higher(x, y, &ties) / pairs - 1;
}

/* How many of the sorted differences lie outside the interval at each end: the largest number at
 * which U is below it with no more than the probability of that end.
 */
static int outside(size_t *cut, size_t m, size_t n, double confidence, struct error *error)
{
    double tail = (1 - confidence) / 2, sum = 0;
    if (m >= EXACT_BELOW || n >= EXACT_BELOW) {
        double pairs = (double)(m * n);
        double at = pairs / 2 + normal_quantile(tail) * sd_of_u((double)m, (double)n, 0);
        *cut = at < 1 ? 0 : (size_t)at - 1;
        return 0;
    }
    double *probability = u_probabilities(m, n);
    if (!probability)
        return error_set(error, EXIT_FAILED, "out of memory for a rank test");
    size_t u = 0;
    for (; sum + probability[u] < tail; u++)
        sum += probability[u];
    *cut = u > 0 ? u - 1 : 0;
    free(probability);
    return 0;
}

int shift_difference(struct shift *shift, const struct sample *x, const struct sample *y,
                     double confidence, struct error *error)
{
    size_t pairs = x->count * y->count, cut = 0;
    double *difference = malloc((pairs + 1) * sizeof *difference);
    if (!difference)
        return error_set(error, EXIT_FAILED, "out of memory for %zu differences", pairs);
    for (size_t i = 0; i < pairs; i++)
        difference[i] = y->value[i % y->count] - x->value[i / y->count];
    qsort(difference, pairs, sizeof *difference, sample_order);
    int code = outside(&cut, x->count, y->count, confidence, error);
    if (code == 0) {
        shift->estimate = (difference[(pairs - 1) / 2] + difference[pairs / 2]) / 2;
        shift->interval.low = difference[cut];
        shift->interval.high = difference[pairs - 1 - cut];
    }
    free(difference);
    return code;
}

static int logarithms(struct sample *log_of, const struct sample *sample, struct error *error)
{
    if (sample->value[0] <= 0)
        return error_set(error, EXIT_FAILED, "a ratio needs figures above 0, one is %g",
                         sample->value[0]);
    *log_of = (struct sample){.count = sample->count,
                              .value = malloc(sample->count * sizeof *sample->value)};
    if (!log_of->value)
        return error_set(error, EXIT_FAILED, "out of memory for %zu figures", sample->count);
    for (size_t i = 0; i < sample->count; i++)
        log_of->value[i] = log(sample->value[i]);
    return 0;
}

int shift_ratio(struct shift *shift, const struct sample *x, const struct sample *y,
                double confidence, struct error *error)
{
    struct sample log_x = {0}, log_y = {0};
    int code = logarithms(&log_x, x, error);
    if (code == 0)
        code = logarithms(&log_y, y, error);
    if (code == 0)
        code = shift_difference(shift, &log_x, &log_y, confidence, error);
    sample_release(&log_x);
    sample_release(&log_y);
    shift->estimate = exp(shift->estimate);
    shift->interval.low = exp(shift->interval.low);
    shift->interval.high = exp(shift->interval.high);
    return code;
}
