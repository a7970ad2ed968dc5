/* The part of the report on the figures that a study's own file declares: any study's table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/published.h"
#include "report/table.h"
#include "statistics/interval.h"
#include "statistics/sample.h"
#include "study/figures.h"
#include "study/record.h"

static const double CONFIDENCE = 0.95;
static const uint64_t SEED = 1; // of the bootstrap: the same report again is the same

enum { SHOWN_MAX = TABLE_COLUMNS - 2 }; // beside the environment and the runs

static unsigned int columns_of(const struct scenario *scenario)
{
    return scenario->figure_count < SHOWN_MAX ? (unsigned int)scenario->figure_count : SHOWN_MAX;
}

static void add_headings(struct table *table, const struct scenario *scenario)
{
    for (int line = 0; line < 2; line++) {
        table_row(table);
        table_cell(table, "%s", line == 0 ? "environment" : "");
        for (unsigned int i = 0; i < columns_of(scenario); i++)
            table_cell(table, "%s",
                       line == 0 ? scenario->figures[i]->title : scenario->figures[i]->unit);
        table_cell(table, "%s", line == 0 ? "runs" : "g/v/f");
    }
}

// Three digits that tell something, and all of those before the point.
static const char *digits(double value, char text[TABLE_CELL_BYTES])
{
    double size = fabs(value);
    int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 0.095 ? 2 : 4;
    if (value == floor(value) && size < 1e9)
        decimals = 0;
    snprintf(text, TABLE_CELL_BYTES, "%.*f", decimals, value);
    return text;
}

// The figure over the good runs; false when none has it.
static bool sample_of(struct sample *sample, const struct report *report, const struct summary *row,
                      const char *figure)
{
    struct error ignored;
    size_t i, count = 0;
    json_t *record;
    double *values = calloc(json_array_size(report->records) + 1, sizeof *values);
    json_array_foreach(report->records, i, record)
    {
        double value = figures_value(record, figure);
        if (values && !isnan(value) &&
            record_is_good_run(record, row->scenario->name, row->environment))
            values[count++] = value;
    }
    bool made = values && count > 0 && sample_make(sample, values, count, &ignored) == 0;
    free(values);
    return made;
}

static void add_centre(struct table *table, const struct sample *sample, bool means)
{
    char text[TABLE_CELL_BYTES];
    table_cell(table, "%s", digits(means ? sample->mean : sample->median, text));
}

static void add_spread(struct table *table, const struct sample *sample, bool means)
{
    char low[TABLE_CELL_BYTES], high[TABLE_CELL_BYTES];
    struct interval interval;
    struct error ignored;
    if (means)
        table_cell(table, "%s", digits(sample->sd, low));
    else if (interval_bca(&interval, sample, sample_median_of, CONFIDENCE, SEED, &ignored) == 0)
        table_cell(table, "%.13s-%.13s", digits(interval.low, low), digits(interval.high, high));
    else
        table_cell(table, "?");
}

// A row of all the figures' centres, or of their spreads.
static void add_row(struct table *table, const struct report *report, const struct summary *row,
                    bool spread)
{
    bool means = report->study->shows_means;
    for (unsigned int i = 0; i < columns_of(row->scenario); i++) {
        struct sample sample;
        if (!sample_of(&sample, report, row, row->scenario->figures[i]->name)) {
            table_cell(table, "%s", spread ? "" : "-");
            continue;
        }
        if (spread)
            add_spread(table, &sample, means);
        else
            add_centre(table, &sample, means);
        sample_release(&sample);
    }
}

static void add_ours(struct table *table, const struct report *report, const struct summary *row)
{
    table_ruled_row(table);
    table_cell(table, "%s", row->environment);
    add_row(table, report, row, false);
    table_cell(table, "%u/%u/%u", row->good, row->voided, row->failed);
    if (row->good < 2)
        return;
    table_row(table);
    table_cell(table, "  %s", report->study->shows_means ? "sd" : "95 %");
    add_row(table, report, row, true);
}

static void add_published(struct table *table, const struct scenario *scenario,
                          const struct published *published)
{
    char text[TABLE_CELL_BYTES];
    table_row(table);
    table_cell(table, "  %s%s%s", published->name, *published->host ? ", " : "", published->host);
    for (unsigned int i = 0; i < columns_of(scenario); i++) {
        const struct published_value *value =
            published_value(published, scenario->figures[i]->name);
        table_cell(table, "%s",
                   !value        ? ""
                   : value->text ? value->text
                                 : digits(value->number, text));
    }
}

// Why the column's figure is not there; NULL: it is, or there is none of that number.
static const char *lacking(const struct report *report, const struct summary *row, unsigned int i)
{
    const char *reason = NULL;
    size_t r;
    json_t *record;
    if (i >= columns_of(row->scenario))
        return NULL;
    json_array_foreach(report->records, r, record)
    {
        if (record_is_good_run(record, row->scenario->name, row->environment))
            reason = figures_reason(record, row->scenario->figures[i]->name);
    }
    return reason;
}

// Neighbours with one reason in one line.
static void print_lacking(const struct report *report, const struct summary *row)
{
    for (unsigned int i = 0; i < columns_of(row->scenario); i++) {
        const char *reason = lacking(report, row, i), *next = lacking(report, row, i + 1);
        if (!reason)
            continue;
        printf("%s", row->scenario->figures[i]->title);
        if (next && strcmp(next, reason) == 0)
            printf(", ");
        else
            printf(" in %s: not measured: %s\n", row->environment, reason);
    }
}

void report_text_figures(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return;
    add_headings(table, scenario);
    for (unsigned int i = 0; i < report->rows; i++) {
        const struct summary *row = report->row[i];
        if (row->scenario != scenario)
            continue;
        add_ours(table, report, row);
        for (size_t p = 0; p < scenario->published_count; p++)
            if (published_beside(report, &scenario->published[p], row))
                add_published(table, scenario, &scenario->published[p]);
    }
    table_print(table, stdout);
    free(table);
    for (unsigned int i = 0; i < report->rows; i++)
        if (report->row[i]->scenario == scenario)
            print_lacking(report, report->row[i]);
}
