/* A log-linear histogram of durations in nanoseconds.
 *
 * Below 128 ns every value has a bucket; above, each power of two is cut into 128 equal
 * buckets, so that a bucket is never wider than 1/128 of its values and its middle never
 * more than 0.4 % off. It covers 0 to 68.7 s (2^36 ns); longer values are counted in the
 * last bucket and in clipped. Two histograms of any runs merge exactly, bucket by bucket:
 * percentiles of many runs come from the merged histogram, never from averaged percentiles.
 *
 * mean and sd do not come from the buckets: they are kept exactly while recording
 * (Welford 1962) and merged by Chan, Golub and LeVeque 1979.
 *
 * A zeroed struct is an empty histogram; there is nothing to free. Not thread-safe.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HISTOGRAM_H
#define THRICE_HISTOGRAM_H

#include "error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_SUB_BITS 7
#define HISTOGRAM_MAX_BITS 36
#define HISTOGRAM_BUCKETS  ((HISTOGRAM_MAX_BITS - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

struct histogram {
    uint64_t count;
    uint64_t clipped; /* of count, those too long for a bucket of their own */
    uint64_t min_ns;  /* exact; 0 when empty */
    uint64_t max_ns;
    double mean_ns;
    double squares; /* sum of squared differences from the mean, ns^2 */
    uint64_t bucket[HISTOGRAM_BUCKETS];
};

void histogram_record(struct histogram *histogram, uint64_t value_ns);

/* Adds every value of from to into. */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* The value that the given per cent (0 to 100) of all values do not exceed: the middle of its
 * bucket, never outside [min, max]. 0 when empty. */
uint64_t histogram_percentile_ns(const struct histogram *histogram, double percent);

/* The middle of the bucket with that index, in ns. */
uint64_t histogram_bucket_ns(size_t index);

/* The sample standard deviation (n - 1); 0 for fewer than two values. */
double histogram_sd_ns(const struct histogram *histogram);

/* {"unit": "ns", "sub_bits": 7, "count", "clipped", "min", "max", "mean", "squares",
 *  "buckets": [[index, count], ...]}: the buckets not empty, index ascending. The caller owns
 * the result; NULL when out of memory. */
json_t *histogram_json(const struct histogram *histogram);

/* {"count", "mean_us", "sd_us", "min_us", "p50_us", "p90_us", "p99_us", "p99_9_us", "max_us"}:
 * what a reader looks at. An empty one has only count. */
json_t *histogram_summary_json(const struct histogram *histogram);

/* Reads what histogram_json() wrote. Returns 0, or -1 and an error (EXIT_FAILED) when it is not
 * such a histogram or contradicts itself; histogram is then undefined. */
int histogram_from_json(struct histogram *histogram, const json_t *json, struct error *error);

#endif
