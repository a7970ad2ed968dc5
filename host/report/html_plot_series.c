/* CPU and memory over time, a line for each run; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "report/html.h"
#include "study/record.h"

static const double BYTES_PER_MIB = 1 << 20;

// A sample is [s, CPU %, RSS bytes].
struct series {
    const char *label;
    const char *caption;
    size_t element;
    double unit;
};

static const struct series of_cpu = {
    "CPU, % of one", "CPU over time, sampled once a second; a line for each run.", 1, 1};
static const struct series of_memory = {
    "resident, MiB", "Resident memory over time; a line for each run.", 2, BYTES_PER_MIB};

// Returns the highest value; -1 where there is none.
static double script_run(FILE *script, const json_t *record, const struct series *series)
{
    size_t i;
    json_t *sample;
    double highest = -1;
    json_array_foreach(json_object_get(json_object_get(record, "samples"), "samples"), i, sample)
    {
        double value = json_number_value(json_array_get(sample, series->element)) / series->unit;
        fprintf(script, "%g %g\n", json_number_value(json_array_get(sample, 0)), value);
        highest = fmax(highest, value);
    }
    fputs("\n", script);
    return highest;
}

static double script_row(FILE *script, const struct report *report, const struct summary *row,
                         const struct series *series)
{
    size_t i;
    json_t *record;
    double highest = -1;
    fputs("$runs << END\n", script);
    json_array_foreach(report->records, i, record)
    {
        if (record_is_good_run(record, row->scenario->name, row->environment))
            highest = fmax(highest, script_run(script, record, series));
    }
    fputs("END\n", script);
    return highest;
}

static int plot_row(FILE *page, const struct report *report, const struct summary *row,
                    const struct series *series, struct error *error)
{
    struct plot plot;
    char caption[200];
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT * 3 / 4, error) < 0)
        return -1;
    double highest = script_row(plot.script, report, row, series);
    if (highest < 0) {
        plot_discard(&plot);
        return 0;
    }
    fprintf(plot.script,
            "set xlabel 'seconds'\nset ylabel '%s'\nset yrange [0:%g]\n"
            "plot $runs using 1:2 with lines lt %u lw 1\n",
            series->label, highest > 0 ? 1.1 * highest : 1, html_colour(report, row->environment));
    snprintf(caption, sizeof caption, "%.60s: %s", row->environment, series->caption);
    return html_plot_set(page, &plot, caption, NULL, 0, error);
}

int html_plot_series(FILE *page, const struct report *report, const struct ranking *ranking,
                     struct error *error)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (ranking->row[row]->good > 0 &&
            (plot_row(page, report, ranking->row[row], &of_cpu, error) < 0 ||
             plot_row(page, report, ranking->row[row], &of_memory, error) < 0))
            return -1;
    return 0;
}
