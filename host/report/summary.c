/* What the runs of one scenario in one environment say together; see summary.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/summary.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "study/record.h"

static const double BYTES_PER_MIB = 1 << 20;

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static int merge(struct histogram *into, const json_t *load, const char *name, struct error *error)
{
    const json_t *histograms = json_object_get(load, "histograms");
    struct histogram *one = malloc(sizeof *one);
    if (!one)
        return error_set(error, EXIT_FAILED, "out of memory for a histogram");
    int code = histogram_from_json(one, json_object_get(histograms, name), error);
    if (code == 0)
        histogram_merge(into, one);
    free(one);
    return code;
}

static void add_errors(struct summary *summary, const json_t *errors)
{
    for (int kind = 0; kind < HTTP_LOAD_ERRORS; kind++) {
        double count = number_of(errors, http_load_error_name((enum http_load_error)kind));
        summary->errors_of[kind] += count;
        summary->errors += count;
    }
}

static int add_load(struct summary *summary, const json_t *load, double *requests,
                    struct error *error)
{
    if (scenario_is(summary->scenario, "udp")) {
        *requests = number_of(load, "replies");
        summary->elapsed_s += number_of(load, "elapsed_ns") / NS_PER_S;
        summary->errors += number_of(load, "lost");
        return 0;
    }
    *requests = number_of(load, "completed");
    summary->offered_per_s += number_of(load, "rate_per_s");
    summary->achieved_per_s += number_of(load, "achieved_per_s");
    add_errors(summary, json_object_get(load, "errors"));
    if (merge(&summary->response, load, "response", error) < 0)
        return -1;
    return merge(&summary->latency, load, "latency", error);
}

static int add_good(struct summary *summary, const json_t *record, struct error *error)
{
    const json_t *usage = json_object_get(record, "usage");
    const json_t *guest = json_object_get(usage, "guest_ticks");
    const json_t *load = json_object_get(record, "load");
    // The usage's own window also has the wait for late replies, in which a server is idle.
    double cpu_ns = number_of(usage, "cpu_ns"), load_ns = number_of(load, "elapsed_ns");
    double requests;

    summary->boot_ms += number_of(record, "boot_ns") / NS_PER_MS;
    // Of the other kinds the figures are all that there is to say.
    bool is_plain = scenario_is(summary->scenario, "http") || scenario_is(summary->scenario, "udp");
    if (!is_plain || (load_ns <= 0 && json_is_object(json_object_get(record, "figures")))) {
        summary->good++;
        bool is_timed = json_object_get(json_object_get(load, "histograms"), "latency") != NULL;
        return is_timed ? merge(&summary->latency, load, "latency", error) : 0;
    }
    if (!usage || load_ns <= 0)
        return error_set(error, EXIT_FAILED, "run %.0f has no usage or no load in its record",
                         number_of(record, "run"));
    if (add_load(summary, load, &requests, error) < 0)
        return -1;
    summary->good++;
    summary->requests += requests;
    summary->cpu_percent += 100 * cpu_ns / load_ns;
    summary->cpu_us_per_request += requests > 0 ? cpu_ns / NS_PER_US / requests : 0;
    summary->user_ticks += number_of(usage, "user_ticks");
    summary->system_ticks += number_of(usage, "system_ticks");
    summary->guest_ticks += json_number_value(guest);
    summary->has_guest_ticks = summary->has_guest_ticks || json_is_integer(guest);
    summary->has_cgroup = strcmp(record_text(usage, "from"), "cgroup") == 0;
    // The samples are of once a second; the reading behind the load may have been higher.
    double rss_bytes = number_of(json_object_get(record, "samples"), "rss_bytes_max");
    double rss_after_bytes = number_of(usage, "rss_bytes");
    summary->rss_mib += (rss_bytes > rss_after_bytes ? rss_bytes : rss_after_bytes) / BYTES_PER_MIB;
    return 0;
}

// Sums become means over the good runs.
static void divide(struct summary *summary)
{
    double *const sums[] = {
        &summary->elapsed_s,    &summary->requests,       &summary->errors,
        &summary->cpu_percent,  &summary->achieved_per_s, &summary->user_ticks,
        &summary->system_ticks, &summary->guest_ticks,    &summary->rss_mib,
        &summary->boot_ms,      &summary->offered_per_s,  &summary->cpu_us_per_request};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        *sums[i] /= summary->good ? summary->good : 1;
    for (int kind = 0; kind < HTTP_LOAD_ERRORS; kind++)
        summary->errors_of[kind] /= summary->good ? summary->good : 1;
}

int summary_make(struct summary *summary, const json_t *records, const struct scenario *scenario,
                 const char *environment, struct error *error)
{
    size_t i;
    json_t *record;
    memset(summary, 0, sizeof *summary);
    summary->environment = environment;
    summary->scenario = scenario;
    json_array_foreach(records, i, record)
    {
        const char *status = record_text(record, "status");
        if (strcmp(record_text(record, "scenario"), scenario->name) != 0 ||
            strcmp(record_text(record, "environment"), environment) != 0)
            continue;
        if (strcmp(status, "void") == 0)
            summary->voided++;
        else if (strcmp(status, "good") != 0)
            summary->failed++;
        else if (add_good(summary, record, error) < 0)
            return -1;
    }
    divide(summary);
    return 0;
}
