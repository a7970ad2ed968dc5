/* Figures read from records; see figure.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/figure.h"

#include <math.h>
#include <stdio.h>
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

static const struct {
    const char *name;
    const char *unit;
    double (*of)(const json_t *record);
    const char
        *twins[FIGURE_TWINS]; // what a study calls the same: a record that has one needs no other
} of_loads[] = {
    {"latency p50", "ms", latency_p50_ms, {NULL}},
    {"latency p99", "ms", latency_p99_ms, {"p99_ms"}},
    {"exchange", "s", exchange_s, {"elapsed_s"}},
    {"CPU", "us/answer", cpu_us_per_answer, {NULL}},
    {"memory", "MiB", rss_mib, {"ram_mib"}},
    {"boot", "ms", boot_ms, {"boot_s", "boot_ms", "boot_mean_ms"}},
};

static bool is_time(const char *unit)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i]) == 0)
            return true;
    return false;
}

static bool is_rate(const char *unit)
{
    size_t length = strlen(unit);
    return length >= 2 && strcmp(unit + length - 2, "/s") == 0;
}

static enum figure_better better_of(const char *word)
{
    return strcmp(word, "lower") == 0    ? FIGURE_LOWER
           : strcmp(word, "higher") == 0 ? FIGURE_HIGHER
                                         : FIGURE_NEITHER;
}

static struct figure *add(struct figures *figures, const char *name, const char *unit)
{
    if (figures->count == FIGURES_MAX)
        return NULL;
    struct figure *figure = &figures->figure[figures->count++];
    *figure = (struct figure){.less = is_time(unit)   ? "faster"
                                      : is_rate(unit) ? "slower"
                                                      : "less",
                              .more = is_time(unit)   ? "slower"
                                      : is_rate(unit) ? "faster"
                                                      : "more"};
    snprintf(figure->name, sizeof figure->name, "%s%s%s", name, *unit ? " " : "", unit);
    return figure;
}

static bool is_known(const struct figures *figures, const char *key)
{
    for (size_t i = 0; i < figures->count; i++)
        if (figures->figure[i].key && strcmp(figures->figure[i].key, key) == 0)
            return true;
    return false;
}

static void add_declared(struct figures *figures, const char *key, const json_t *declared)
{
    const char *title = record_text(declared, "title");
    if (is_known(figures, key))
        return;
    struct figure *figure = add(figures, *title ? title : key, record_text(declared, "unit"));
    if (!figure)
        return;
    figure->key = key;
    figure->better = better_of(record_text(declared, "better"));
}

void figures_make(struct figures *figures, const json_t *study, const json_t *records)
{
    size_t i;
    json_t *element, *value;
    const char *key;
    figures->count = 0;
    json_array_foreach(json_object_get(study, "figures"), i, element)
    {
        add_declared(figures, record_text(element, "name"), element);
    }
    for (i = 0; i < sizeof of_loads / sizeof of_loads[0]; i++) {
        struct figure *figure = add(figures, of_loads[i].name, of_loads[i].unit);
        if (!figure)
            break;
        figure->of = of_loads[i].of;
        figure->twins = of_loads[i].twins;
    }
    json_array_foreach(records, i, element)
    {
        json_object_foreach(json_object_get(element, "figures"), key, value)
        {
            add_declared(figures, key, NULL);
        }
    }
}

double figure_of(const struct figure *figure, const json_t *record)
{
    const json_t *declared = json_object_get(record, "figures");
    if (figure->key)
        return number_of(declared, figure->key);
    for (size_t i = 0; i < FIGURE_TWINS; i++)
        if (figure->twins[i] && json_object_get(declared, figure->twins[i]))
            return NAN;
    return figure->of(record);
}

size_t figure_values(double *values, const struct figure *figure, const json_t *records,
                     const char *scenario, const char *environment)
{
    size_t i, count = 0;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if (!record_is_good_run(record, scenario, environment))
            continue;
        values[count] = figure_of(figure, record);
        count += !isnan(values[count]);
    }
    return count;
}
