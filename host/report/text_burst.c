/* The part of the report on what TCP had to repeat in a burst: answers that came late for a lost
 * segment, told from those that waited for the server. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "load/burst.h"
#include "report/table.h"
#include "study/record.h"

// Of all good runs, by how often a connection repeated itself.
struct modes {
    unsigned int runs;
    double count[BURST_RETRANSMITS_MAX + 1];
    double of_syn[BURST_RETRANSMITS_MAX + 1]; // those that had to repeat nothing but their SYN
    double sum_ms[BURST_RETRANSMITS_MAX + 1];
    double repeated; // in one mode or another
};

static const char *const headings[][2] = {
    {"environment", ""},     {"repeated", "times"},   {"connections", "/run"},
    {"of these", "the SYN"}, {"response", "mean ms"},
};

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void add_run(struct modes *modes, const json_t *record)
{
    size_t i;
    json_t *mode;
    json_array_foreach(json_object_get(json_object_get(record, "load"), "modes"), i, mode)
    {
        double times = number(mode, "retransmits"), count = number(mode, "count");
        if (!(times >= 0 && times <= BURST_RETRANSMITS_MAX))
            continue;
        modes->count[(int)times] += count;
        modes->of_syn[(int)times] += number(mode, "syn_alone");
        modes->sum_ms[(int)times] += count * number(mode, "mean_ms");
        modes->repeated += times > 0 ? count : 0;
    }
    modes->runs++;
}

static struct modes modes_of(const struct report *report, const struct summary *row)
{
    struct modes modes = {0};
    size_t i;
    json_t *record;
    json_array_foreach(report->records, i, record)
    {
        if (record_is_good_run(record, row->scenario->name, row->environment))
            add_run(&modes, record);
    }
    return modes;
}

static void add_modes(struct table *table, const char *environment, const struct modes *modes)
{
    bool first = true;
    for (int times = 0; times <= BURST_RETRANSMITS_MAX; times++) {
        if (modes->count[times] == 0)
            continue;
        if (first)
            table_ruled_row(table);
        else
            table_row(table);
        table_cell(table, "%s", first ? environment : "");
        table_cell(table, "%d%s", times, times == BURST_RETRANSMITS_MAX ? "+" : "");
        table_cell(table, "%.0f", modes->count[times] / modes->runs);
        if (times > 0)
            table_cell(table, "%.0f", modes->of_syn[times] / modes->runs);
        else
            table_cell(table, "-");
        table_cell(table, "%.2f", modes->sum_ms[times] / modes->count[times]);
        first = false;
    }
}

void report_text_burst(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return;
    table_headings(table, headings, sizeof headings / sizeof headings[0]);
    unsigned int before = table->rows;
    for (unsigned int i = 0; i < report->rows; i++) {
        if (report->row[i]->scenario != scenario)
            continue;
        struct modes modes = modes_of(report, report->row[i]);
        if (modes.repeated > 0)
            add_modes(table, report->row[i]->environment, &modes);
    }
    if (table->rows > before) {
        printf("\n%s: answers by what TCP had to repeat for them\n\n", scenario->name);
        table_print(table, stdout);
    }
    free(table);
}

void report_text_burst_words(void)
{
    printf(
        "repeated: by the client's TCP (TCP_INFO), for a segment that was lost or not "
        "acknowledged\n"
        "in time. A SYN is repeated 1 s after the first, then after 3 and 7 s: a mode there is a\n"
        "server that had no room for new connections. A request is repeated after 0.2 s or "
        "more.\n");
}
