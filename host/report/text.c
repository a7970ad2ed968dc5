/* The report as tables and words, at most 120 columns wide. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "report/table.h"

static const double TICK_US = 10000; // USER_HZ is 100 wherever the studies and we read it

static bool is_http(const struct scenario *scenario)
{
    return scenario->kind == LOAD_HTTP;
}

static void print_heading(const struct scenario *scenario, struct table *table)
{
    static const char *const http[] = {"environment", "response",    "latency", "latency", "CPU",
                                       "CPU us per",  "ticks: user", "system",  "guest",   "RAM",
                                       "boot",        "errors",      "runs",    "void",    NULL};
    static const char *const http_units[] = {"", "mean ms", "p50 ms", "p99 ms", "%", "request", "",
                                             "", "",        "MB",     "ms",     "",  "",        ""};
    static const char *const udp[] = {"environment", "time",   "replies", "CPU", "CPU us per",
                                      "ticks: user", "system", "guest",   "RAM", "boot",
                                      "lost",        "runs",   "void",    NULL};
    static const char *const udp_units[] = {"", "s",  "a second", "%", "datagram", "", "",
                                            "", "MB", "ms",       "",  "",         ""};
    const char *const *names = is_http(scenario) ? http : udp;
    const char *const *units = is_http(scenario) ? http_units : udp_units;
    table_row(table);
    for (size_t i = 0; names[i]; i++)
        table_cell(table, "%s", names[i]);
    table_row(table);
    for (size_t i = 0; names[i]; i++)
        table_cell(table, "%s", units[i]);
}

static void add_ours(struct table *table, const struct summary *row)
{
    double ms = 1.0 / NS_PER_MS;
    table_ruled_row(table);
    table_cell(table, "%s", row->environment);
    if (row->good == 0) {
        int unknown = is_http(row->scenario) ? 11 : 10;
        while (unknown-- > 0)
            table_cell(table, "-");
    } else {
        if (is_http(row->scenario)) {
            table_cell(table, "%.2f", row->response.mean_ns * ms);
            table_cell(table, "%.2f", (double)histogram_percentile_ns(&row->latency, 50) * ms);
            table_cell(table, "%.2f", (double)histogram_percentile_ns(&row->latency, 99) * ms);
        } else {
            table_cell(table, "%.2f", row->elapsed_s);
            table_cell(table, "%.0f", row->elapsed_s > 0 ? row->requests / row->elapsed_s : 0);
        }
        table_cell(table, "%.1f", row->cpu_percent);
        table_cell(table, "%.0f", row->cpu_us_per_request);
        table_cell(table, "%.0f", row->user_ticks);
        table_cell(table, "%.0f", row->system_ticks);
        if (row->has_guest_ticks)
            table_cell(table, "%.0f", row->guest_ticks);
        else
            table_cell(table, "n/a");
        table_cell(table, "%.1f", row->rss_mib);
        table_cell(table, "%.0f", row->boot_ms);
        table_cell(table, "%.0f", row->errors);
    }
    table_cell(table, "%u", row->good);
    table_cell(table, "%u", row->voided + row->failed);
}

// The published total of ticks stands under "user": the study's three were not published apart.
static void add_published(struct table *table, const struct scenario *scenario,
                          const struct published *published)
{
    double requests =
        is_http(scenario)
            ? (double)(scenario->load.rate_per_s * scenario->load.duration_ns) / NS_PER_S
            : (double)scenario->load.count;
    table_row(table);
    table_cell(table, "  %s, %s", published->name, published->host);
    table_cell(table, "%.2f", published->response);
    if (is_http(scenario)) {
        table_cell(table, "%s", "");
        table_cell(table, "%s", "");
    } else {
        table_cell(table, "%.0f", requests / published->response);
    }
    table_cell(table, "%.1f", published->cpu_percent);
    table_cell(table, "%.0f", published->ticks * TICK_US / requests);
    table_cell(table, "= %.0f", published->ticks);
    table_cell(table, "%s", "");
    table_cell(table, "%s", "");
    table_cell(table, "%s", published->ram);
}

static void print_scenario(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return;
    print_heading(scenario, table);
    for (unsigned int i = 0; i < report->rows; i++) {
        const struct summary *row = report->row[i];
        if (row->scenario != scenario)
            continue;
        add_ours(table, row);
        for (size_t p = 0; p < scenario->published_count; p++)
            if (strcmp(scenario->published[p].environment, row->environment) == 0)
                add_published(table, scenario, &scenario->published[p]);
    }
    table_print(table, stdout);
    free(table);
}

static const json_t *load_of(const struct report *report, const struct scenario *scenario)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(report->manifest, "scenarios"), i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        if (name && strcmp(name, scenario->name) == 0)
            return json_object_get(entry, "load");
    }
    return NULL;
}

static void print_title(const struct report *report, const struct scenario *scenario)
{
    const json_t *load = load_of(report, scenario);
    if (is_http(scenario))
        printf("\n%s: %.0f new connections a second for %.0f s, one request each "
               "(the study: %.0f s)\n\n",
               scenario->name, json_number_value(json_object_get(load, "rate_per_s")),
               json_number_value(json_object_get(load, "duration_ns")) / NS_PER_S,
               (double)scenario->load.duration_ns / NS_PER_S);
    else
        printf("\n%s: %.0f datagrams, usleep(%.0f) before each (the study: %llu)\n\n",
               scenario->name, json_number_value(json_object_get(load, "count")),
               json_number_value(json_object_get(load, "gap_us")),
               (unsigned long long)scenario->load.count);
}

static bool has_environment(const struct report *report, const char *environment)
{
    for (unsigned int i = 0; i < report->rows; i++)
        if (strcmp(report->row[i]->environment, environment) == 0)
            return true;
    return false;
}

// An emulated guest is never set beside a native process without a word.
static void print_accelerator(const struct report *report)
{
    const json_t *accelerator = json_object_get(report->manifest, "accelerator");
    const char *name = json_string_value(json_object_get(accelerator, "name"));
    const char *reason = json_string_value(json_object_get(accelerator, "reason"));
    bool native = has_environment(report, "native") || has_environment(report, "container");
    if (!name || !reason)
        return;
    if (strcmp(name, "kvm") == 0) {
        printf("Guests ran under KVM (%s).\n", reason);
        return;
    }
    printf("Guests (unikernel, microvm) were EMULATED by QEMU's TCG: %s.\n", reason);
    if (native)
        printf("The bare process and the container ran natively: set beside the guests they show "
               "what\n"
               "emulation costs, not what virtualisation does. Compare guests with guests.\n");
}

static void print_words(const struct report *report)
{
    printf("\n");
    print_accelerator(report);
    printf(
        "Indented rows are the study's own figures (%s; AMD Opteron 6234, Intel Xeon\n"
        "E5-2699 v3, under KVM), never ours: IncludeOS stands beside our unikernel, Docker beside "
        "our\n"
        "container, its Ubuntu VM beside our microVM. Their ticks are the sum, of the study's own "
        "length of load.\n",
        report->study->source);
    printf(
        "response: request sent to first byte of the reply; latency: from when the request was "
        "due.\n"
        "CPU, ticks: of QEMU, of the container's cgroup, of the process; user includes guest "
        "time.\n"
        "RAM: highest resident set of the same. boot: exec to the first answer. void: runs that\n"
        "do not count, void or failed. All are means over the runs that count.\n");
    printf("Records: %s\n", report->path);
}

void report_text(const struct report *report)
{
    const struct scenario *last = NULL;
    for (unsigned int i = 0; i < report->rows; i++) {
        if (report->row[i]->scenario == last)
            continue;
        last = report->row[i]->scenario;
        print_title(report, last);
        print_scenario(report, last);
    }
    print_words(report);
}
