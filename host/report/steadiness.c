/* Whether machine and servers stayed the same; see steadiness.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/steadiness.h"

#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "statistics/sample.h"
#include "statistics/trend.h"
#include "study/record.h"

static const double SLOWED_FACTOR = 1.1, SLOWED_PERCENT_MAX = 20;
enum { SECONDS_MIN = 4, SECONDS_MAX = 3600 };

static size_t canary_values(double *values, const json_t *records, const char *key)
{
    size_t i, count = 0;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const json_t *value = json_object_get(json_object_get(record, "canary"), key);
        if (json_is_integer(value))
            values[count++] = json_number_value(value);
    }
    return count;
}

static double slowed_percent(const double *values, size_t count, double median)
{
    size_t slowed = 0;
    for (size_t i = 0; i < count; i++)
        slowed += values[i] >= SLOWED_FACTOR * median;
    return 100 * (double)slowed / (double)count;
}

struct steadiness steadiness_of(const json_t *records)
{
    struct steadiness steadiness = {.change_p = 1};
    double *values = calloc(json_array_size(records) + 1, sizeof *values);
    if (!values)
        return steadiness;
    size_t count = canary_values(values, records, "cpu_ns");
    if (count > 0) {
        steadiness.change_percent = trend_change_percent(values, count);
        steadiness.change_p = trend_p_value(values, count);
        steadiness.runs = canary_values(values, records, "wall_ns");
        double median_ns = sample_median_of(values, steadiness.runs);
        steadiness.median_ms = median_ns / NS_PER_MS;
        steadiness.slowed_percent = slowed_percent(values, steadiness.runs, median_ns);
    }
    free(values);
    return steadiness;
}

bool steadiness_allows_verdict(const struct steadiness *steadiness)
{
    return steadiness->slowed_percent <= SLOWED_PERCENT_MAX;
}

// The series begins a second before the load and ends a second behind it; the seconds at either
// edge are partly of the load alone.
double steadiness_within_run(const json_t *record)
{
    double values[SECONDS_MAX];
    const json_t *series = json_object_get(json_object_get(record, "samples"), "samples");
    size_t samples = json_array_size(series), count = 0;
    for (size_t i = 2; i + 2 < samples && count < SECONDS_MAX; i++)
        values[count++] = json_number_value(json_array_get(json_array_get(series, i), 1));
    return count < SECONDS_MIN ? NAN : trend_change_percent(values, count);
}

double steadiness_within_runs(const json_t *records, const char *scenario, const char *environment)
{
    size_t i, count = 0;
    json_t *record;
    double *values = calloc(json_array_size(records) + 1, sizeof *values);
    if (!values)
        return NAN;
    json_array_foreach(records, i, record)
    {
        if (!record_is_good_run(record, scenario, environment))
            continue;
        values[count] = steadiness_within_run(record);
        count += !isnan(values[count]);
    }
    double median = count > 0 ? sample_median_of(values, count) : NAN;
    free(values);
    return median;
}
