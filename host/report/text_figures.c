/* The part of the report on the figures that a study's own file declares: any study's table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/notes.h"
#include "report/published.h"
#include "report/table.h"
#include "statistics/interval.h"
#include "statistics/sample.h"
#include "study/figures.h"
#include "study/record.h"

static const double CONFIDENCE = 0.95;
static const uint64_t SEED = 1; // of the bootstrap: the same report again is the same

enum { SHOWN_MAX = TABLE_COLUMNS - 2 }; // beside the environment and the runs

// The figures of a scenario that any of its runs has, so many as there is room for; all, where
// there are none.
struct columns {
    const struct study_figure *figure[SHOWN_MAX];
    unsigned int count;
};

static bool any_has(const struct report *report, const struct scenario *scenario,
                    const char *figure)
{
    size_t i;
    json_t *record;
    json_array_foreach(report->records, i, record)
    {
        if (record_is(record, "scenario", scenario->name) && !isnan(figures_value(record, figure)))
            return true;
    }
    return false;
}

static struct columns columns_of(const struct report *report, const struct scenario *scenario)
{
    struct columns columns = {0};
    bool any = false;
    for (size_t i = 0; i < scenario->figure_count; i++)
        any = any || any_has(report, scenario, scenario->figures[i]->name);
    for (size_t i = 0; i < scenario->figure_count && columns.count < SHOWN_MAX; i++)
        if (!any || any_has(report, scenario, scenario->figures[i]->name))
            columns.figure[columns.count++] = scenario->figures[i];
    return columns;
}

static void add_headings(struct table *table, const struct columns *columns)
{
    for (int line = 0; line < 2; line++) {
        table_row(table);
        table_cell(table, "%s", line == 0 ? "environment" : "");
        for (unsigned int i = 0; i < columns->count; i++)
            table_cell(table, "%s",
                       line == 0 ? columns->figure[i]->title : columns->figure[i]->unit);
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
    if (sample->count < 2)
        table_cell(table, "-");
    else if (means)
        table_cell(table, "%s", digits(sample->sd, low));
    else if (interval_bca(&interval, sample, sample_median_of, CONFIDENCE, SEED, &ignored) == 0)
        table_cell(table, "%.13s-%.13s", digits(interval.low, low), digits(interval.high, high));
    else
        table_cell(table, "?");
}

// A row of all the figures' centres, or of their spreads.
static void add_row(struct table *table, const struct report *report, const struct columns *columns,
                    const struct summary *row, bool spread)
{
    bool means = report->study->shows_means;
    for (unsigned int i = 0; i < columns->count; i++) {
        struct sample sample;
        if (!sample_of(&sample, report, row, columns->figure[i]->name)) {
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

static void add_ours(struct table *table, const struct report *report,
                     const struct columns *columns, const struct summary *row)
{
    table_ruled_row(table);
    table_cell(table, "%s", row->environment);
    add_row(table, report, columns, row, false);
    table_cell(table, "%u/%u/%u", row->good, row->voided, row->failed);
    if (row->good < 2)
        return;
    table_row(table);
    table_cell(table, "  %s", report->study->shows_means ? "sd" : "95 %");
    add_row(table, report, columns, row, true);
}

// What was published of a figure that none of ours has is no row of blanks.
static bool has_any(const struct columns *columns, const struct published *published)
{
    for (unsigned int i = 0; i < columns->count; i++)
        if (published_value(published, columns->figure[i]->name))
            return true;
    return false;
}

static void add_published(struct table *table, const struct columns *columns,
                          const struct published *published)
{
    char text[TABLE_CELL_BYTES];
    if (!has_any(columns, published))
        return;
    table_row(table);
    table_cell(table, "  %s%s%s", published->name, *published->host ? ", " : "", published->host);
    for (unsigned int i = 0; i < columns->count; i++) {
        const struct published_value *value = published_value(published, columns->figure[i]->name);
        table_cell(table, "%s",
                   !value        ? ""
                   : value->text ? value->text
                                 : digits(value->number, text));
    }
}

static void print_notes(const struct report *report, const struct scenario *scenario)
{
    char *notes = notes_text(report, scenario), *rest = notes, *line;
    while (rest && (line = strsep(&rest, "\n")) && *line)
        report_text_wrapped("%s", line);
    free(notes);
}

void report_text_figures(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    struct columns columns = columns_of(report, scenario);
    if (!table)
        return;
    add_headings(table, &columns);
    for (unsigned int i = 0; i < report->rows; i++) {
        const struct summary *row = report->row[i];
        if (row->scenario != scenario)
            continue;
        add_ours(table, report, &columns, row);
        for (size_t p = 0; p < scenario->published_count; p++)
            if (published_beside(report, &scenario->published[p], row))
                add_published(table, &columns, &scenario->published[p]);
    }
    table_print(table, stdout);
    free(table);
    print_notes(report, scenario);
}
