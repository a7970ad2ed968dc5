/* The part of the report that says who was charged for an answer, and what the servers were
 * confined to. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/table.h"

static const char *const headings[][2] = {
    {"environment", ""}, {"charged", "us"}, {"vCPU", "us"},      {"emulator", "us"},
    {"driver", "user"},  {"driver", "sys"}, {"rest", "us"},      {"host", "us"},
    {"over", "native"},  {"softirq", "us"}, {"steal", "ms/run"}, {"quota", "ms/run"},
    {"waiting", "%"},
};

static void add_if(struct table *table, bool known, const char *format, double value)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (known)
        table_cell(table, format, value);
    else
        table_cell(table, "-");
#pragma GCC diagnostic pop
}

static void add_row(struct table *table, const char *environment, const struct cost *cost)
{
    table_row(table);
    table_cell(table, "%s", environment);
    table_cell(table, "%.0f", cost->charged_us);
    add_if(table, cost->has_threads, "%.0f", cost->vcpu_us);
    add_if(table, cost->has_threads, "%.0f", cost->emulator_us);
    table_cell(table, "%.0f", cost->driver_user_us);
    table_cell(table, "%.0f", cost->driver_system_us);
    table_cell(table, "%.0f", cost->rest_us);
    table_cell(table, "%.0f", cost->host_us);
    add_if(table, cost->has_excess, "%+.0f", cost->excess_us);
    table_cell(table, "%.0f", cost->softirq_us);
    table_cell(table, "%.0f", cost->steal_ms);
    table_cell(table, "%.0f", cost->throttled_ms);
    table_cell(table, "%.0f", cost->waiting_percent);
}

void report_text_cost(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    unsigned int shown = 0;
    if (!table)
        return;
    table_headings(table, headings, sizeof headings / sizeof headings[0]);
    for (unsigned int i = 0; i < report->rows; i++)
        if (report->row[i]->scenario == scenario && report->cost[i].runs > 0) {
            add_row(table, report->row[i]->environment, &report->cost[i]);
            shown++;
        }
    if (shown > 0) {
        printf("\n%s: CPU time for each answer\n\n", scenario->name);
        table_print(table, stdout);
    }
    free(table);
}

void report_text_cost_words(void)
{
    printf(
        "charged: to the server (QEMU, the container's cgroup, the process); of a guest, to its\n"
        "vCPUs and to the emulator. host = charged + driver + rest: the time in which the "
        "machine's\n"
        "CPUs were not idle, to 20 ms a run; rest is charged to neither: interrupts and softirqs "
        "on "
        "an\n"
        "idle CPU, other programs. over native: host less that of the bare process in the same "
        "block.\n"
        "softirq: as the tick sampled it, wherever it ran. steal: taken by the hypervisor, not in "
        "host.\n"
        "quota: held back by the limit of CPU time. waiting: some task waited for a CPU (PSI).\n");
}

static void print_cpus(const json_t *cpus)
{
    const char *server = json_string_value(json_object_get(cpus, "server"));
    const char *load = json_string_value(json_object_get(cpus, "load"));
    if (!server || !load)
        return;
    printf("CPUs: %s of the server, %s of the load generator", server, load);
    printf(json_is_true(json_object_get(cpus, "shared")) ? ", which DISTURB each other.\n" : ".\n");
}

// Why an environment was not limited, by the first of its runs that says so; or NULL.
static const char *lacking(const json_t *records, const char *environment)
{
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const json_t *confinement = json_object_get(record, "confinement");
        const char *why = json_string_value(json_object_get(confinement, "lacking"));
        const char *where = json_string_value(json_object_get(record, "environment"));
        if (why && where && strcmp(where, environment) == 0)
            return why;
    }
    return NULL;
}

// The reason of a row, unless a row above has its environment.
static const char *new_reason(const struct report *report, unsigned int row)
{
    const char *environment = report->row[row]->environment;
    for (unsigned int i = 0; i < row; i++)
        if (strcmp(report->row[i]->environment, environment) == 0)
            return NULL;
    return lacking(report->records, environment);
}

// Names all the environments that a reason holds for.
static void print_lacking(const struct report *report, const char *reason)
{
    printf("NO LIMITS of CPU time and memory: %s.\n  So it was in:", reason);
    for (unsigned int i = 0; i < report->rows; i++) {
        const char *other = new_reason(report, i);
        if (other && strcmp(other, reason) == 0)
            printf(" %s", report->row[i]->environment);
    }
    printf("\n");
}

static bool is_told(const struct report *report, unsigned int row, const char *reason)
{
    for (unsigned int i = 0; i < row; i++) {
        const char *other = new_reason(report, i);
        if (other && strcmp(other, reason) == 0)
            return true;
    }
    return false;
}

// What QEMU had beside the guest's memory, the most of any; -1: no run was limited.
static json_int_t overhead_mib(const json_t *records)
{
    json_int_t most = -1;
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const json_t *confinement = json_object_get(record, "confinement");
        json_int_t own = json_integer_value(json_object_get(confinement, "overhead_bytes")) >> 20;
        if (confinement && !json_is_string(json_object_get(confinement, "lacking")) && own > most)
            most = own;
    }
    return most;
}

// "256 MiB", or "128 to 2048 MiB" where scenarios differ.
static void memory_text(char *text, size_t size, const json_t *records)
{
    json_int_t least = INT64_MAX, most = 0;
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        json_int_t memory_mib = json_integer_value(json_object_get(record, "memory_mib"));
        least = memory_mib < least ? memory_mib : least;
        most = memory_mib > most ? memory_mib : most;
    }
    if (least < most)
        snprintf(text, size, "%lld to %lld MiB", (long long)least, (long long)most);
    else
        snprintf(text, size, "%lld MiB", (long long)most);
}

static void print_limits(const struct report *report)
{
    char memory[64];
    json_int_t overhead = overhead_mib(report->records);
    memory_text(memory, sizeof memory, report->records);
    if (overhead >= 0)
        report_text_wrapped("Limits: %s, and one CPU's worth of time for each vCPU.", memory);
    if (overhead > 0)
        report_text_wrapped("Not equal: QEMU itself had %lld MiB more, within the same CPU time; a "
                            "guest's kernel is within the guest's memory.",
                            (long long)overhead);
}

void report_text_confinement(const struct report *report)
{
    print_cpus(json_object_get(report->manifest, "cpus"));
    print_limits(report);
    for (unsigned int i = 0; i < report->rows; i++) {
        const char *reason = new_reason(report, i);
        if (reason && !is_told(report, i, reason))
            print_lacking(report, reason);
    }
}
