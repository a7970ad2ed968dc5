/* The part of the report on what went wrong: servers that did not keep up, runs that were void. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "environment/environment.h"
#include "report/table.h"
#include "report/validity.h"

static const double ACHIEVED_SHARE_MIN = 0.99;

static const char *const headings[][2] = {
    {"not kept up", ""},   {"offered", "/s"}, {"achieved", "/s"},  {"latency", "p50 ms"},
    {"latency", "p99 ms"}, {"max", "ms"},     {"refused", "/run"}, {"reset", "/run"},
    {"time-out", "/run"},  {"short", "/run"}, {"wrong", "/run"},   {"other", "/run"},
};

static bool fell_short(const struct summary *row)
{
    return row->scenario->kind == LOAD_HTTP && row->good > 0 &&
           (row->errors > 0 ||
            row->achieved_per_s < ACHIEVED_SHARE_MIN * (double)row->scenario->load.rate_per_s);
}

static void add_row(struct table *table, const struct summary *row)
{
    const double *errors = row->errors_of;
    table_ruled_row(table);
    table_cell(table, "%s", row->environment);
    table_cell(table, "%llu", (unsigned long long)row->scenario->load.rate_per_s);
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
    for (int line = 0; line < 2; line++) {
        table_row(table);
        for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
            table_cell(table, "%s", headings[i][line]);
    }
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
