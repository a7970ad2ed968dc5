/* The log-linear histogram; see histogram.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/histogram.h"

#include <math.h>
#include <string.h>

#define SUB_COUNT (UINT64_C(1) << HISTOGRAM_SUB_BITS)

/* A value of b bits, b > SUB_BITS, keeps its upper SUB_BITS + 1 bits; shift is how many it
 * loses. Every shift has SUB_COUNT buckets behind the SUB_COUNT exact ones. */
static size_t bucket_of(uint64_t value_ns)
{
    if (value_ns < SUB_COUNT)
        return (size_t)value_ns;
    unsigned shift = 63 - (unsigned)__builtin_clzll(value_ns) - HISTOGRAM_SUB_BITS;
    return (size_t)((value_ns >> shift) + shift * SUB_COUNT);
}

uint64_t histogram_bucket_ns(size_t index)
{
    if (index < 2 * SUB_COUNT)
        return index; /* these buckets hold one value each */
    unsigned shift = (unsigned)(index / SUB_COUNT) - 1;
    uint64_t lowest = (index - shift * SUB_COUNT) << shift;
    return lowest + (UINT64_C(1) << shift) / 2;
}

void histogram_record(struct histogram *histogram, uint64_t value_ns)
{
    size_t index = bucket_of(value_ns);
    if (index >= HISTOGRAM_BUCKETS) {
        index = HISTOGRAM_BUCKETS - 1;
        histogram->clipped++;
    }
    histogram->bucket[index]++;

    if (histogram->count == 0 || value_ns < histogram->min_ns)
        histogram->min_ns = value_ns;
    if (value_ns > histogram->max_ns)
        histogram->max_ns = value_ns;
    histogram->count++;
    double from_old_mean = (double)value_ns - histogram->mean_ns;
    histogram->mean_ns += from_old_mean / (double)histogram->count;
    histogram->squares += from_old_mean * ((double)value_ns - histogram->mean_ns);
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    if (from->count == 0)
        return;
    if (into->count == 0 || from->min_ns < into->min_ns)
        into->min_ns = from->min_ns;
    if (from->max_ns > into->max_ns)
        into->max_ns = from->max_ns;

    double count = (double)into->count + (double)from->count;
    double apart = from->mean_ns - into->mean_ns;
    into->squares +=
        from->squares + apart * apart * (double)into->count * (double)from->count / count;
    into->mean_ns += apart * (double)from->count / count;
    into->count += from->count;
    into->clipped += from->clipped;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        into->bucket[i] += from->bucket[i];
}

uint64_t histogram_percentile_ns(const struct histogram *histogram, double percent)
{
    if (histogram->count == 0)
        return 0;
    double rank = ceil(percent / 100 * (double)histogram->count);
    uint64_t wanted = rank < 1 ? 1 : (uint64_t)rank;
    if (wanted >= histogram->count)
        return histogram->max_ns;

    uint64_t seen = 0;
    size_t index = 0;
    while ((seen += histogram->bucket[index]) < wanted)
        index++;
    uint64_t value_ns = histogram_bucket_ns(index);
    if (value_ns < histogram->min_ns)
        return histogram->min_ns;
    return value_ns > histogram->max_ns ? histogram->max_ns : value_ns;
}

double histogram_sd_ns(const struct histogram *histogram)
{
    if (histogram->count < 2)
        return 0;
    return sqrt(histogram->squares / (double)(histogram->count - 1));
}
