/* The report as tables and words, at most 120 columns wide. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "report/published.h"
#include "report/table.h"

static const double TICK_US = 10000; // USER_HZ is 100 wherever the studies and we read it

static bool is_http(const struct scenario *scenario)
{
    return scenario->kind == LOAD_HTTP;
}

static const char *const http_headings[][2] = {
    {"environment", ""}, {"response", "mean ms"}, {"latency", "p50 ms"}, {"latency", "p99 ms"},
    {"CPU", "%"},        {"CPU us", "/req"},      {"ticks", "sum"},      {"ticks", "user"},
    {"ticks", "sys"},    {"ticks", "guest"},      {"RAM", "MB"},         {"boot", "ms"},
    {"errors", "/run"},  {"runs", "g/v/f"},
};

static const char *const udp_headings[][2] = {
    {"environment", ""},  {"time", "s"},    {"replies", "/s"}, {"CPU", "%"},
    {"CPU us", "/reply"}, {"ticks", "sum"}, {"ticks", "user"}, {"ticks", "sys"},
    {"ticks", "guest"},   {"RAM", "MB"},    {"boot", "ms"},    {"lost", "/run"},
    {"runs", "g/v/f"},
};

static void add_milliseconds(struct table *table, double ns)
{
    table_cell(table, "%.2f", ns / NS_PER_MS);
}

static void add_same(struct table *table, const char *text, int count)
{
    while (count-- > 0)
        table_cell(table, "%s", text);
}

static void add_figures(struct table *table, const struct summary *row)
{
    if (is_http(row->scenario)) {
        add_milliseconds(table, row->response.mean_ns);
        add_milliseconds(table, (double)histogram_percentile_ns(&row->latency, 50));
        add_milliseconds(table, (double)histogram_percentile_ns(&row->latency, 99));
    } else {
        table_cell(table, "%.2f", row->elapsed_s);
        table_cell(table, "%.0f", row->elapsed_s > 0 ? row->requests / row->elapsed_s : 0);
    }
    table_cell(table, "%.1f", row->cpu_percent);
    table_cell(table, "%.0f", row->cpu_us_per_request);
    table_cell(table, "%.0f", row->user_ticks + row->system_ticks);
    table_cell(table, "%.0f", row->user_ticks);
    table_cell(table, "%.0f", row->system_ticks);
    if (row->has_guest_ticks)
        table_cell(table, "%.0f", row->guest_ticks);
    else
        table_cell(table, "n/a");
    table_cell(table, row->rss_mib < 10 ? "%.2f" : "%.1f", row->rss_mib);
    table_cell(table, "%.0f", row->boot_ms);
    table_cell(table, "%.0f", row->errors);
}

static void add_ours(struct table *table, const struct summary *row)
{
    table_ruled_row(table);
    table_cell(table, "%s", row->environment);
    if (row->good > 0)
        add_figures(table, row);
    else
        add_same(table, "-", is_http(row->scenario) ? 12 : 11);
    table_cell(table, "%u/%u/%u", row->good, row->voided, row->failed);
}

// How many requests the study's own form of the scenario makes.
static double requests_of(const struct scenario *scenario)
{
    const struct load *load = &scenario->load;
    if (is_http(scenario))
        return (double)load->rate_per_s * (double)load->duration_ns / NS_PER_S;
    return (double)load->count;
}

static void add_published(struct table *table, const struct scenario *scenario,
                          const struct published *published)
{
    double requests = requests_of(scenario);
    table_row(table);
    table_cell(table, "  %s, %s", published->name, published->host);
    table_cell(table, "%.2f", published->response);
    if (is_http(scenario))
        add_same(table, "", 2);
    else
        table_cell(table, "%.0f", requests / published->response);
    table_cell(table, "%.1f", published->cpu_percent);
    table_cell(table, "%.0f", published->ticks * TICK_US / requests);
    table_cell(table, "%.0f", published->ticks);
    add_same(table, "", 3);
    table_cell(table, "%s", published->ram);
}

static void print_scenario(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return;
    if (is_http(scenario))
        table_headings(table, http_headings, sizeof http_headings / sizeof http_headings[0]);
    else
        table_headings(table, udp_headings, sizeof udp_headings / sizeof udp_headings[0]);
    for (unsigned int i = 0; i < report->rows; i++) {
        const struct summary *row = report->row[i];
        if (row->scenario != scenario)
            continue;
        add_ours(table, row);
        for (size_t p = 0; p < scenario->published_count; p++)
            if (published_beside(report, &scenario->published[p], row))
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
    if (!name || !reason)
        return;
    if (strcmp(name, "kvm") == 0) {
        printf("The guests ran under KVM: %s.\n", reason);
        return;
    }
    printf("The guests (unikernel, microvm%s) were EMULATED, by QEMU's TCG:\n  %s.\n",
           has_environment(report, "vm") ? ", vm" : "", reason);
    if (has_environment(report, "native") || has_environment(report, "container"))
        printf("The bare process and the container ran natively. Beside them the guests show what\n"
               "emulation costs, not what virtualisation does: compare guests with guests.\n");
}

static void print_words(const struct report *report)
{
    printf("\n");
    report_text_failures(report);
    report_text_validity(report);
    print_accelerator(report);
    report_text_confinement(report);
    report_text_cost_words();
    report_text_memory_words();
    printf("Indented rows are the figures that the study published, never ours: %s,\n"
           "under KVM on an AMD Opteron 6234 and an Intel Xeon E5-2699 v3. Its IncludeOS stands\n"
           "beside our unikernel, Docker beside our container, the Ubuntu VM beside our %s; its\n"
           "ticks are those of its own, longer load, its CPU us are computed from them.\n",
           report->study->source, has_environment(report, "vm") ? "vm" : "microVM");
    printf(
        "response: from request sent to first byte back; latency: from when the request was due\n"
        "to its whole answer; both of the requests that were answered well, of all good runs.\n"
        "Other figures are means of the good runs. CPU and ticks: of QEMU, of the container's\n"
        "cgroup, of the process; user includes guest. RAM: the highest resident memory of the "
        "run.\n"
        "boot: from exec to the first answer.\n"
        "Records: %s\n",
        report->path);
}

static bool has_good_run(const struct report *report, const struct scenario *scenario)
{
    for (unsigned int i = 0; i < report->rows; i++)
        if (report->row[i]->scenario == scenario && report->row[i]->good > 0)
            return true;
    return false;
}

void report_text(const struct report *report)
{
    const struct scenario *last = NULL;
    if (json_array_size(report->records) == 0) {
        report_text_failures(report);
        return;
    }
    for (unsigned int i = 0; i < report->rows; i++) {
        if (report->row[i]->scenario == last)
            continue;
        last = report->row[i]->scenario;
        if (!has_good_run(report, last))
            continue;
        print_title(report, last);
        print_scenario(report, last);
        report_text_shortfall(report, last);
        report_text_cost(report, last);
        report_text_memory(report, last);
    }
    print_words(report);
}
