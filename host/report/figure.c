/* Figures read from records; see figure.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/figure.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "clock.h"
#include "study/record.h"

static const double BYTES_PER_MIB = 1 << 20, US_PER_MS = 1000;

static double number_of(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

static double latency_of(const json_t *record, const char *percentile)
{
    const json_t *summary = json_object_get(json_object_get(record, "load"), "summary");
    return number_of(json_object_get(summary, "latency"), percentile) / US_PER_MS;
}

static double latency_p50_ms(const json_t *record)
{
    return latency_of(record, "p50_us");
}

static double latency_p99_ms(const json_t *record)
{
    return latency_of(record, "p99_us");
}

// Only UDP loads are of a count: those of a rate take what they were told to.
static double exchange_s(const json_t *record)
{
    const json_t *load = json_object_get(record, "load");
    return isnan(number_of(load, "replies")) ? NAN : number_of(load, "elapsed_ns") / NS_PER_S;
}

static double cpu_us_per_answer(const json_t *record)
{
    const json_t *load = json_object_get(record, "load");
    double replies = number_of(load, "replies"), completed = number_of(load, "completed");
    double answers = isnan(replies) ? completed : replies;
    double cpu_ns = number_of(json_object_get(record, "usage"), "cpu_ns");
    return answers > 0 ? cpu_ns / NS_PER_US / answers : NAN;
}

static double rss_mib(const json_t *record)
{
    return number_of(json_object_get(record, "usage"), "rss_bytes") / BYTES_PER_MIB;
}

static double boot_ms(const json_t *record)
{
    return number_of(record, "boot_ns") / NS_PER_MS;
}

const struct figure figures[] = {
    {"latency p50 ms", "faster", "slower", latency_p50_ms},
    {"latency p99 ms", "faster", "slower", latency_p99_ms},
    {"exchange s", "faster", "slower", exchange_s},
    {"CPU us/answer", "less", "more", cpu_us_per_answer},
    {"memory MiB", "less", "more", rss_mib},
    {"boot ms", "faster", "slower", boot_ms},
};
const size_t figure_count = sizeof figures / sizeof figures[0];

size_t figure_values(double *values, const struct figure *figure, const json_t *records,
                     const char *scenario, const char *environment)
{
    size_t i, count = 0;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if (!record_is_good_run(record, scenario, environment))
            continue;
        values[count] = figure->of(record);
        count += !isnan(values[count]);
    }
    return count;
}
