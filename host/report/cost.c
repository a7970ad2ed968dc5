/* What an answer cost the machine; see cost.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/cost.h"

#include <string.h>

#include "clock.h"
#include "study/record.h"

#define YARDSTICK "native"

static const double TICK_US = 10000; // USER_HZ is 100 on every Linux that runs this
static const double TICK_MS = TICK_US / 1000;

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static double answers_of(const json_t *record, const struct scenario *scenario)
{
    const json_t *load = json_object_get(record, "load");
    return number_of(load, scenario_is(scenario, "udp") ? "replies" : "completed");
}

static double host_us_of(const json_t *record)
{
    const json_t *usage = json_object_get(record, "usage");
    return number_of(json_object_get(usage, "host"), "busy_ns") / NS_PER_US;
}

// Adds host_us less that of the bare process, if there is a good run of it in the block.
static void add_excess(struct cost *cost, const json_t *records, const json_t *record,
                       const struct scenario *scenario, double host_us)
{
    size_t i;
    json_t *other;
    json_array_foreach(records, i, other)
    {
        double answers = answers_of(other, scenario);
        if (!record_is_good_run(other, scenario->name, YARDSTICK) || answers <= 0 ||
            number_of(other, "block") != number_of(record, "block"))
            continue;
        cost->excess_us += host_us - host_us_of(other) / answers;
        cost->excess_runs++;
        return;
    }
}

static void add_usage(struct cost *cost, const json_t *usage, double answers, double host_us)
{
    const json_t *host = json_object_get(usage, "host"), *driver = json_object_get(usage, "driver");
    const json_t *vcpu = json_object_get(usage, "vcpu");
    double per_ns = 1 / answers / NS_PER_US;
    double charged_us = number_of(usage, "cpu_ns") * per_ns;
    double user_us = number_of(driver, "user_ns") * per_ns;
    double system_us = number_of(driver, "system_ns") * per_ns;

    cost->runs++;
    cost->charged_us += charged_us;
    cost->has_threads = cost->has_threads || vcpu;
    cost->vcpu_us += number_of(vcpu, "cpu_ns") * per_ns;
    cost->emulator_us += number_of(json_object_get(usage, "emulator"), "cpu_ns") * per_ns;
    cost->host_us += host_us;
    cost->softirq_us += number_of(host, "softirq") * TICK_US / answers;
    cost->driver_user_us += user_us;
    cost->driver_system_us += system_us;
    cost->rest_us += host_us - charged_us - user_us - system_us;
    cost->steal_ms += number_of(host, "steal") * TICK_MS;
    cost->throttled_ms += number_of(usage, "throttled_ns") / NS_PER_MS;
    cost->waiting_percent +=
        100 * number_of(host, "cpu_pressure_us") * NS_PER_US / number_of(usage, "wall_ns");
}

// Sums become means.
static void divide(struct cost *cost)
{
    double *const sums[] = {&cost->charged_us,   &cost->vcpu_us,        &cost->emulator_us,
                            &cost->host_us,      &cost->softirq_us,     &cost->driver_user_us,
                            &cost->rest_us,      &cost->steal_ms,       &cost->driver_system_us,
                            &cost->throttled_ms, &cost->waiting_percent};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        *sums[i] /= cost->runs ? cost->runs : 1;
    cost->has_excess = cost->excess_runs > 0;
    cost->excess_us /= cost->has_excess ? cost->excess_runs : 1;
}

void cost_make(struct cost *cost, const json_t *records, const struct scenario *scenario,
               const char *environment)
{
    size_t i;
    json_t *record;
    memset(cost, 0, sizeof *cost);
    json_array_foreach(records, i, record)
    {
        double answers = answers_of(record, scenario);
        if (!record_is_good_run(record, scenario->name, environment) || answers <= 0)
            continue;
        double host_us = host_us_of(record) / answers;
        add_usage(cost, json_object_get(record, "usage"), answers, host_us);
        if (strcmp(environment, YARDSTICK) != 0)
            add_excess(cost, records, record, scenario, host_us);
    }
    divide(cost);
}

json_t *cost_json(const struct cost *cost)
{
    json_t *json =
        json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "charged_us", cost->charged_us,
                  "host_us", cost->host_us, "softirq_us", cost->softirq_us, "driver_user_us",
                  cost->driver_user_us, "driver_system_us", cost->driver_system_us, "rest_us",
                  cost->rest_us, "steal_ms", cost->steal_ms, "throttled_ms", cost->throttled_ms,
                  "waiting_percent", cost->waiting_percent);
    json_object_set_new(json, "vcpu_us",
                        cost->has_threads ? json_real(cost->vcpu_us) : json_null());
    json_object_set_new(json, "emulator_us",
                        cost->has_threads ? json_real(cost->emulator_us) : json_null());
    json_object_set_new(json, "over_native_us",
                        cost->has_excess ? json_real(cost->excess_us) : json_null());
    json_object_set_new(json, "over_native_runs", json_integer(cost->excess_runs));
    return json;
}
