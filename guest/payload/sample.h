/* How long things took: least, mean, most and percentiles, in a histogram of fixed size.
 *
 * The buckets are those of the logarithm, as in sysbench, and 0.55 % of their value wide.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SAMPLE_H
#define THRICE_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_BUCKETS_OF_DOUBLE = 128, SAMPLE_BUCKETS = 64 * SAMPLE_BUCKETS_OF_DOUBLE + 1 };

// All zero at first.
struct sample {
    uint64_t count, sum_ns, least_ns, most_ns;
    uint64_t bucket[SAMPLE_BUCKETS]; // a day of the shortest operations does not fill one
};

void sample_add(struct sample *sample, uint64_t ns);
void sample_merge(struct sample *into, const struct sample *from);

// Below which that many of a hundred lie: the middle of a bucket, and never beyond the most. 0
// where there are none.
uint64_t sample_percentile_ns(const struct sample *sample, unsigned percent);

// Writes `"name": {"min": .., "avg": .., "max": .., "p95": ..}` in milliseconds; returns the
// length.
size_t sample_json(const struct sample *sample, const char *name, char *text, size_t size);

#endif
