/* Histograms in records: written sparse, read back only when consistent; see histogram.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/histogram.h"

#include <math.h>
#include <string.h>

json_t *histogram_json(const struct histogram *histogram)
{
    json_t *buckets = json_array();
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        if (histogram->bucket[i] != 0)
            json_array_append_new(
                buckets, json_pack("[I, I]", (json_int_t)i, (json_int_t)histogram->bucket[i]));
    return json_pack("{s:s, s:i, s:I, s:I, s:I, s:I, s:f, s:f, s:o}", "unit", "ns", "sub_bits",
                     HISTOGRAM_SUB_BITS, "count", (json_int_t)histogram->count, "clipped",
                     (json_int_t)histogram->clipped, "min", (json_int_t)histogram->min_ns, "max",
                     (json_int_t)histogram->max_ns, "mean", histogram->mean_ns, "squares",
                     histogram->squares, "buckets", buckets);
}

json_t *histogram_summary_json(const struct histogram *histogram)
{
    static const struct {
        const char *name;
        double percent;
    } shown[] = {{"p50_us", 50}, {"p90_us", 90}, {"p99_us", 99}, {"p99_9_us", 99.9}};

    json_t *summary = json_pack("{s:I}", "count", (json_int_t)histogram->count);
    if (histogram->count == 0)
        return summary;
    json_object_set_new(summary, "mean_us", json_real(histogram->mean_ns / 1e3));
    json_object_set_new(summary, "sd_us", json_real(histogram_sd_ns(histogram) / 1e3));
    json_object_set_new(summary, "min_us", json_real((double)histogram->min_ns / 1e3));
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        uint64_t value_ns = histogram_percentile_ns(histogram, shown[i].percent);
        json_object_set_new(summary, shown[i].name, json_real((double)value_ns / 1e3));
    }
    json_object_set_new(summary, "max_us", json_real((double)histogram->max_ns / 1e3));
    return summary;
}

/* Takes the pairs of "buckets"; -1 unless they ascend, fit and sum up to the count. */
static int read_buckets(struct histogram *histogram, const json_t *buckets)
{
    size_t position;
    const json_t *pair;
    json_int_t index;
    json_int_t count;
    json_int_t previous = -1;
    uint64_t left = histogram->count;

    json_array_foreach(buckets, position, pair)
    {
        if (json_unpack((json_t *)pair, "[I, I!]", &index, &count) != 0 || index <= previous ||
            index >= HISTOGRAM_BUCKETS || count <= 0 || (uint64_t)count > left)
            return -1;
        histogram->bucket[index] = (uint64_t)count;
        left -= (uint64_t)count;
        previous = index;
    }
    return left == 0 ? 0 : -1;
}

int histogram_from_json(struct histogram *histogram, const json_t *json, struct error *error)
{
    const char *unit;
    int sub_bits;
    json_int_t count;
    json_int_t clipped;
    json_int_t min_ns;
    json_int_t max_ns;
    json_t *buckets;
    json_error_t why;

    memset(histogram, 0, sizeof *histogram);
    if (json_unpack_ex((json_t *)json, &why, 0, "{s:s, s:i, s:I, s:I, s:I, s:I, s:F, s:F, s:o}",
                       "unit", &unit, "sub_bits", &sub_bits, "count", &count, "clipped", &clipped,
                       "min", &min_ns, "max", &max_ns, "mean", &histogram->mean_ns, "squares",
                       &histogram->squares, "buckets", &buckets) != 0)
        return error_set(error, EXIT_FAILED, "not a histogram: %s", why.text);
    if (strcmp(unit, "ns") != 0 || sub_bits != HISTOGRAM_SUB_BITS)
        return error_set(error, EXIT_FAILED,
                         "a histogram of another kind (unit %.10s, sub_bits %d)", unit, sub_bits);
    histogram->count = (uint64_t)count;
    histogram->clipped = (uint64_t)clipped;
    histogram->min_ns = (uint64_t)min_ns;
    histogram->max_ns = (uint64_t)max_ns;
    if (count < 0 || clipped < 0 || clipped > count || min_ns < 0 || max_ns < min_ns ||
        !isfinite(histogram->mean_ns) || !(histogram->squares >= 0) || !json_is_array(buckets) ||
        read_buckets(histogram, buckets) != 0)
        return error_set(error, EXIT_FAILED, "a histogram that contradicts itself (count %lld)",
                         (long long)count);
    return 0;
}
