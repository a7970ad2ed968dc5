/* Histograms of durations; see sample.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "sample.h"

#include <math.h>
#include <stdio.h>

static unsigned bucket_of(uint64_t ns)
{
    return ns == 0 ? 0 : (unsigned)(log2((double)ns) * SAMPLE_BUCKETS_OF_DOUBLE);
}

static uint64_t middle_of(unsigned bucket)
{
    return (uint64_t)exp2((bucket + 0.5) / SAMPLE_BUCKETS_OF_DOUBLE);
}

void sample_add(struct sample *sample, uint64_t ns)
{
    if (sample->count == 0 || ns < sample->least_ns)
        sample->least_ns = ns;
    if (ns > sample->most_ns)
        sample->most_ns = ns;
    sample->count++;
    sample->sum_ns += ns;
    sample->bucket[bucket_of(ns)]++;
}

void sample_merge(struct sample *into, const struct sample *from)
{
    if (from->count == 0)
        return;
    if (into->count == 0 || from->least_ns < into->least_ns)
        into->least_ns = from->least_ns;
    if (from->most_ns > into->most_ns)
        into->most_ns = from->most_ns;
    into->count += from->count;
    into->sum_ns += from->sum_ns;
    for (unsigned i = 0; i < SAMPLE_BUCKETS; i++)
        into->bucket[i] += from->bucket[i];
}

uint64_t sample_percentile_ns(const struct sample *sample, unsigned percent)
{
    uint64_t wanted = (sample->count * percent + 99) / 100, seen = 0;
    if (sample->count == 0)
        return 0;
    unsigned i = 0;
    while (i < SAMPLE_BUCKETS - 1 && (seen += sample->bucket[i]) < wanted)
        i++;
    uint64_t ns = middle_of(i);
    return ns < sample->most_ns ? ns : sample->most_ns;
}

size_t sample_json(const struct sample *sample, const char *name, char *text, size_t size)
{
    double mean_ns = sample->count ? (double)sample->sum_ns / (double)sample->count : 0;
    int length =
        snprintf(text, size, "\"%s\": {\"min\": %.6f, \"avg\": %.6f, \"max\": %.6f, \"p95\": %.6f}",
                 name, (double)sample->least_ns / 1e6, mean_ns / 1e6, (double)sample->most_ns / 1e6,
                 (double)sample_percentile_ns(sample, 95) / 1e6);
    return length > 0 && (size_t)length < size ? (size_t)length : 0;
}
