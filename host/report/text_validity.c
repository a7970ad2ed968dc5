/* The part of the report on what went wrong: servers that did not keep up, runs that were void. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "environment/environment.h"
#include "measure/realtime.h"
#include "report/table.h"
#include "report/validity.h"
#include "study/run_status.h"

static const double ACHIEVED_SHARE_MIN = 0.99;

static const char *const headings[][2] = {
    {"not kept up", ""},   {"offered", "/s"}, {"achieved", "/s"},  {"latency", "p50 ms"},
    {"latency", "p99 ms"}, {"max", "ms"},     {"refused", "/run"}, {"reset", "/run"},
    {"time-out", "/run"},  {"short", "/run"}, {"wrong", "/run"},   {"other", "/run"},
};

static bool fell_short(const struct summary *row)
{
    return scenario_is(row->scenario, "http") && row->good > 0 &&
           (row->errors > 0 || row->achieved_per_s < ACHIEVED_SHARE_MIN * row->offered_per_s);
}

static void add_row(struct table *table, const struct summary *row)
{
    const double *errors = row->errors_of;
    table_ruled_row(table);
    table_cell(table, "%s", row->environment);
    table_cell(table, "%.0f", row->offered_per_s);
    table_cell(table, "%.1f", row->achieved_per_s);
    table_cell(table, "%.2f", (double)histogram_percentile_ns(&row->latency, 50) / NS_PER_MS);
    table_cell(table, "%.2f", (double)histogram_percentile_ns(&row->latency, 99) / NS_PER_MS);
    table_cell(table, "%.2f", (double)row->latency.max_ns / NS_PER_MS);
    table_cell(table, "%.1f", errors[HTTP_LOAD_REFUSED]);
    table_cell(table, "%.1f", errors[HTTP_LOAD_RESET]);
    table_cell(table, "%.1f", errors[HTTP_LOAD_TIMEOUT]);
    table_cell(table, "%.1f", errors[HTTP_LOAD_SHORT]);
    table_cell(table, "%.1f",
               errors[HTTP_LOAD_STATUS] + errors[HTTP_LOAD_BODY] + errors[HTTP_LOAD_MALFORMED]);
    table_cell(table, "%.1f", errors[HTTP_LOAD_UNREACHABLE] + errors[HTTP_LOAD_OTHER]);
}

void report_text_shortfall(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return;
    table_headings(table, headings, sizeof headings / sizeof headings[0]);
    unsigned int before = table->rows;
    for (unsigned int i = 0; i < report->rows; i++)
        if (report->row[i]->scenario == scenario && fell_short(report->row[i]))
            add_row(table, report->row[i]);
    if (table->rows > before) {
        putchar('\n');
        table_print(table, stdout);
    }
    free(table);
}

void report_text_validity(const struct report *report)
{
    for (size_t i = 0; i < environment_count; i++) {
        const char *name = environments[i]->name;
        struct validity validity = validity_of(report->records, name);
        if (validity.voided == 0)
            continue;
        printf("%s: %u of %u runs were VOID, for the load generator fell behind on a busy "
               "machine%s\n",
               name, validity.voided, validity.runs,
               validity_allows_verdict(&validity)
                   ? "; they are left out."
                   : ":\n  more than a fifth, so NO VERDICT; its figures are not to be relied on.");
    }
}

static bool belongs(const json_t *record, const struct summary *row)
{
    const char *scenario = json_string_value(json_object_get(record, "scenario"));
    const char *environment = json_string_value(json_object_get(record, "environment"));
    const char *status = json_string_value(json_object_get(record, "status"));
    return scenario && environment && status && strcmp(scenario, row->scenario->name) == 0 &&
           strcmp(environment, row->environment) == 0 &&
           strcmp(status, run_status_name(RUN_FAILED)) == 0;
}

static const char *last_reason(const json_t *records, const struct summary *row)
{
    const char *reason = NULL;
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if (belongs(record, row))
            reason = json_string_value(json_object_get(record, "reason"));
    }
    return reason ? reason : "for no reason recorded";
}

// Of the plan, however often one was repeated.
static size_t runs_recorded(const json_t *records, size_t planned)
{
    size_t i, recorded = 0;
    json_t *record;
    bool *seen = calloc(planned + 1, sizeof *seen);
    json_array_foreach(records, i, record)
    {
        json_int_t run = json_integer_value(json_object_get(record, "run"));
        if (!seen || run < 0 || (size_t)run >= planned || seen[run])
            continue;
        seen[run] = true;
        recorded++;
    }
    free(seen);
    return recorded;
}

static unsigned int clock_steps(const json_t *records)
{
    unsigned int steps = 0;
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const json_t *shift = json_object_get(record, "realtime_shift_ns");
        steps += realtime_is_step(json_integer_value(shift));
    }
    return steps;
}

void report_text_failures(const struct report *report)
{
    size_t planned = json_array_size(json_object_get(report->manifest, "order"));
    size_t recorded = runs_recorded(report->records, planned);
    for (unsigned int i = 0; i < report->rows; i++) {
        const struct summary *row = report->row[i];
        if (row->failed > 0)
            report_text_wrapped("%s in %s: %u of %u runs FAILED, the last: %s", row->scenario->name,
                                row->environment, row->failed,
                                row->good + row->voided + row->failed,
                                last_reason(report->records, row));
    }
    unsigned int steps = clock_steps(report->records);
    if (steps > 0)
        printf(
            "The wall clock STEPPED during %u of the runs. No figure depends on it: all are of the "
            "monotonic clock.\n",
            steps);
    if (recorded < planned)
        printf("Of %zu planned runs %zu are recorded; the others: thrice run --resume %s\n",
               planned, recorded, report->path);
}
