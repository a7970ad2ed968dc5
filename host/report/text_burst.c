/* The part of the report on what TCP had to repeat in a burst (repeats.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/repeats.h"
#include "report/table.h"

static const char *const headings[][2] = {
    {"environment", ""},     {"repeated", "times"},   {"connections", "/run"},
    {"of these", "the SYN"}, {"response", "mean ms"},
};

static void add_repeats(struct table *table, const char *environment, const struct repeats *repeats)
{
    bool first = true;
    for (int times = 0; times <= BURST_RETRANSMITS_MAX; times++) {
        if (repeats->count[times] == 0)
            continue;
        if (first)
            table_ruled_row(table);
        else
            table_row(table);
        table_cell(table, "%s", first ? environment : "");
        table_cell(table, "%d%s", times, times == BURST_RETRANSMITS_MAX ? "+" : "");
        table_cell(table, "%.0f", repeats->count[times] / repeats->runs);
        if (times > 0)
            table_cell(table, "%.0f", repeats->of_syn[times] / repeats->runs);
        else
            table_cell(table, "-");
        table_cell(table, "%.2f", repeats->sum_ms[times] / repeats->count[times]);
        first = false;
    }
}

void report_text_burst(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return;
    table_headings(table, headings, sizeof headings / sizeof headings[0]);
    for (unsigned int i = 0; i < report->rows; i++) {
        if (report->row[i]->scenario != scenario)
            continue;
        struct repeats repeats = repeats_of(report, report->row[i]);
        if (repeats.repeated > 0)
            add_repeats(table, report->row[i]->environment, &repeats);
    }
    if (repeats_has(report, scenario)) {
        printf("\n%s: answers by what TCP had to repeat for them\n\n", scenario->name);
        table_print(table, stdout);
    }
    free(table);
}

void report_text_burst_words(void)
{
    report_text_wrapped("%s", repeats_words);
}
