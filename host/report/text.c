/* The report as tables and words, at most 120 columns wide. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "environment/environment.h"
#include "report/conditions.h"
#include "report/published.h"
#include "report/table.h"

static const double TICK_US = 10000; // USER_HZ is 100 wherever the studies and we read it

static bool is_http(const struct scenario *scenario)
{
    return scenario_is(scenario, "http");
}

// Of the other kinds the study's file says what is to be shown.
static bool has_own_table(const struct scenario *scenario)
{
    return is_http(scenario) || scenario_is(scenario, "udp");
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
    if (is_http(scenario))
        return (double)scenario_full(scenario, "rate_per_s") *
               (double)scenario_full(scenario, "duration_s") / NS_PER_S;
    return (double)scenario_full(scenario, "count");
}

// What was published of a figure; nothing where it was not.
static void add_value(struct table *table, const struct published *published, const char *figure,
                      const char *format, double factor)
{
    const struct published_value *value = published_value(published, figure);
    char text[TABLE_CELL_BYTES] = "";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (value && !value->text)
        snprintf(text, sizeof text, format, value->number * factor);
#pragma GCC diagnostic pop
    table_cell(table, "%s", value && value->text ? value->text : text);
}

static void add_rate(struct table *table, const struct published *published, double requests)
{
    const struct published_value *elapsed = published_value(published, "elapsed_s");
    if (elapsed && elapsed->number > 0)
        table_cell(table, "%.0f", requests / elapsed->number);
    else
        table_cell(table, "%s", "");
}

static void add_published(struct table *table, const struct scenario *scenario,
                          const struct published *published)
{
    double requests = requests_of(scenario);
    table_row(table);
    table_cell(table, "  %s, %s", published->name, published->host);
    add_value(table, published, is_http(scenario) ? "response_ms" : "elapsed_s", "%.2f", 1);
    if (is_http(scenario))
        add_same(table, "", 2);
    else
        add_rate(table, published, requests);
    add_value(table, published, "cpu_percent", "%.1f", 1);
    add_value(table, published, "ticks", "%.0f", TICK_US / requests);
    add_value(table, published, "ticks", "%.0f", 1);
    add_same(table, "", 3);
    add_value(table, published, "ram_mib", "%.4g", 1);
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

// What a study's file or a reason says may be long: lines of at most so many columns.
static void print_wrapped(const char *text)
{
    enum { COLUMNS = 96 };
    for (size_t column = 0; *text; text += strspn(text, " ")) {
        size_t word = strcspn(text, " ");
        if (column > 0 && column + 1 + word > COLUMNS) {
            putchar('\n');
            column = 0;
        }
        column += (size_t)printf("%s%.*s", column > 0 ? " " : "", (int)word, text);
        text += word;
    }
    putchar('\n');
}

void report_text_wrapped(const char *format, ...)
{
    va_list arguments;
    char *text;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) >= 0) {
        print_wrapped(text);
        free(text);
    }
    va_end(arguments);
}

static void print_summary(const struct report *report, const struct scenario *scenario)
{
    char here[CONDITIONS_BYTES];
    report_conditions(report, scenario, here);
    putchar('\n');
    report_text_wrapped("%s: %s%s", scenario->name, scenario->summary, here);
    putchar('\n');
}

static void print_title(const struct report *report, const struct scenario *scenario)
{
    const json_t *load = report_load_of(report, scenario);
    if (is_http(scenario))
        printf("\n%s: %.0f new connections a second for %.0f s, one request each "
               "(the study: %.0f s)\n\n",
               scenario->name, json_number_value(json_object_get(load, "rate_per_s")),
               json_number_value(json_object_get(load, "duration_ns")) / NS_PER_S,
               (double)scenario_full(scenario, "duration_s") / NS_PER_S);
    else if (!has_own_table(scenario))
        print_summary(report, scenario);
    else
        printf("\n%s: %.0f datagrams, usleep(%.0f) before each (the study: %llu)\n\n",
               scenario->name, json_number_value(json_object_get(load, "count")),
               json_number_value(json_object_get(load, "gap_us")),
               (unsigned long long)scenario_full(scenario, "count"));
}

// The environments that are guests, in their order: "unikernel, microvm". Returns how many.
static unsigned int name_guests(const struct report *report, char *names, size_t size)
{
    unsigned int count = 0;
    size_t used = 0;
    names[0] = '\0';
    for (size_t i = 0; i < environment_count && used < size; i++) {
        const char *name = environments[i]->name;
        if (environments[i]->is_guest && report_has(report, name))
            used += (size_t)snprintf(names + used, size - used, "%s%s", count++ ? ", " : "", name);
    }
    return count;
}

// An emulated guest is never set beside a native process without a word.
static void print_accelerator(const struct report *report)
{
    const json_t *accelerator = json_object_get(report->manifest, "accelerator");
    const char *name = json_string_value(json_object_get(accelerator, "name"));
    const char *reason = json_string_value(json_object_get(accelerator, "reason"));
    char guests[200];
    if (!name || !reason || name_guests(report, guests, sizeof guests) == 0)
        return;
    if (strcmp(name, "kvm") == 0) {
        printf("The guests ran under KVM: %s.\n", reason);
        return;
    }
    printf("The guests (%s) were EMULATED, by QEMU's TCG:\n  %s.\n", guests, reason);
    if (report_has(report, "native") || report_has(report, "container"))
        printf("The bare process and the container ran natively. Beside them the guests show what\n"
               "emulation costs, not what virtualisation does: compare guests with guests.\n");
}

static void print_published_words(const struct report *report)
{
    const struct study *study = report->study;
    if (!published_any(report, NULL)) {
        printf("Published: not available.\n");
        return;
    }
    const char *comma = *study->source && *study->published ? ", " : "";
    bool told = *study->source || *study->published;
    report_text_wrapped(
        "Indented rows, other than sd and 95 %%, are the figures that the study published, "
        "never ours%s%s%s%s.",
        told ? ": " : "", study->source, comma, study->published);
    if (!report_has(report, "vm") && report_has(report, "microvm") && published_any(report, "vm"))
        printf("Its VM, where we have none, stands beside our microVM.\n");
}

static void print_load_words(void)
{
    printf(
        "Published ticks are those of its own, longer load; its CPU us are computed from them.\n"
        "response: from request sent to first byte back; latency: from when the request was due\n"
        "to its whole answer; both of the requests that were answered well, of all good runs.\n"
        "Other figures are means of the good runs. CPU and ticks: of QEMU, of the container's\n"
        "cgroup, of the process; user includes guest. RAM: the highest resident memory of the "
        "run.\n"
        "boot: from exec to the first answer.\n");
}

static void print_not_yet(const struct study *study)
{
    for (size_t i = 0; i < study->scenario_count; i++)
        if (*study->scenarios[i].not_yet)
            report_text_wrapped("Not yet: %s: %s", study->scenarios[i].name,
                                study->scenarios[i].not_yet);
}

static void print_words(const struct report *report)
{
    bool any_own = false, any_declared = false, any_burst = false;
    for (unsigned int i = 0; i < report->rows; i++) {
        any_own = any_own || has_own_table(report->row[i]->scenario);
        any_burst = any_burst || scenario_is(report->row[i]->scenario, "burst");
        any_declared = any_declared || !has_own_table(report->row[i]->scenario);
    }
    printf("\n");
    report_text_failures(report);
    report_text_validity(report);
    print_accelerator(report);
    report_text_confinement(report);
    if (any_own) {
        report_text_cost_words();
        report_text_memory_words();
    }
    print_published_words(report);
    if (any_burst)
        report_text_burst_words();
    if (any_own)
        print_load_words();
    if (any_declared)
        printf("Figures are %s of the good runs.\n",
               report->study->shows_means ? "means, with standard deviations (n - 1),"
                                          : "medians, with 95 % intervals (BCa bootstrap),");
    print_not_yet(report->study);
    printf("Records: %s\n", report->path);
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
    if (json_array_size(report->records) == 0) {
        report_text_failures(report);
        return;
    }
    for (unsigned int i = 0; i < report->rows; i++) {
        const struct scenario *scenario = report->row[i]->scenario;
        if (i > 0 && report->row[i - 1]->scenario == scenario)
            continue;
        if (!has_good_run(report, scenario)) {
            printf("\n%s: no good run, so no figures\n", scenario->name);
            continue;
        }
        print_title(report, scenario);
        if (!has_own_table(scenario)) {
            report_text_figures(report, scenario);
            report_text_burst(report, scenario);
            continue;
        }
        print_scenario(report, scenario);
        report_text_shortfall(report, scenario);
        report_text_cost(report, scenario);
        report_text_memory(report, scenario);
        report_text_engine(report, scenario);
    }
    print_words(report);
}
