/* Every run as a point, and means as bars; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>

#include "report/html.h"
#include "report/published.h"
#include "study/record.h"

enum { SPREAD_FOR_LOGARITHMS = 10 };

static void range_of(const struct ranking *ranking, unsigned int figure, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        if (cell->runs > 0) {
            *low = fmin(*low, cell->sample.value[0]);
            *high = fmax(*high, cell->sample.value[cell->runs - 1]);
        }
    }
}

// Logarithmic where one environment has many times the other's; else from 0.
static void script_axes(FILE *script, const struct ranking *ranking, unsigned int figure)
{
    double low, high;
    range_of(ranking, figure, &low, &high);
    if (low > 0 && high / low > SPREAD_FOR_LOGARITHMS)
        fprintf(script, "set logscale y\nset yrange [%g:%g]\n", low / 1.5, high * 1.5);
    else if (high > 0)
        fprintf(script, "set yrange [%g:%g]\n", fmin(0, 1.1 * low), 1.1 * high);
    else
        fprintf(script, "set yrange [%g:1]\n", low < 0 ? 1.1 * low : 0);
    fprintf(script, "set format y '%%g'\nunset key\nset grid noxtics\nset xrange [-0.6:%g]\n",
            ranking->rows - 0.4);
    fputs("set ylabel ", script);
    plot_text(script, ranking->figures->figure[figure].name);
    fputs("\nset xtics (", script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        fputs(row > 0 ? ", " : "", script);
        plot_text(script, ranking->row[row]->environment);
        fprintf(script, " %u", row);
    }
    fputs(")\n", script);
}

// In the order of the runs, so that drift is seen. Notes which runs they are.
static size_t script_points(FILE *script, const struct report *report,
                            const struct ranking *ranking, unsigned int figure, size_t *runs)
{
    size_t i, count = 0;
    json_t *record;
    fputs("$runs << END\n", script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        size_t of_row = 0;
        json_array_foreach(report->records, i, record)
        {
            double value = figure_of(&ranking->figures->figure[figure], record);
            if (isnan(value) || !record_is_good_run(record, ranking->scenario->name,
                                                    ranking->row[row]->environment))
                continue;
            fprintf(script, "%g %g %u\n",
                    row - 0.3 + 0.45 * ((double)of_row++ + 0.5) / (double)cell->runs, value,
                    html_colour(report, ranking->row[row]->environment));
            runs[count++] = i;
        }
    }
    fputs("END\n", script);
    return count;
}

static void script_means(FILE *script, const struct ranking *ranking, unsigned int figure)
{
    fputs("$means << END\n", script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        if (cell->runs > 0)
            fprintf(script, "%g %g %g %g\n", row + 0.3, cell->sample.mean, cell->mean.low,
                    cell->mean.high);
    }
    fputs("END\n", script);
}

static int plot_figure(FILE *page, const struct report *report, const struct ranking *ranking,
                       unsigned int figure, struct error *error)
{
    struct plot plot;
    size_t *runs = calloc(json_array_size(report->records) * ranking->rows + 1, sizeof *runs);
    if (!runs || plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0) {
        free(runs);
        return error_set(error, EXIT_FAILED, "out of memory for a plot");
    }
    script_axes(plot.script, ranking, figure);
    size_t count = script_points(plot.script, report, ranking, figure, runs);
    script_means(plot.script, ranking, figure);
    fputs("plot $runs using 1:2:3 with points pt 6 ps 0.7 lc variable, "
          "$means using 1:2:3:4 with yerrorbars pt 7 ps 0.6 lw 2 lc rgb 'black'\n",
          plot.script);
    char caption[200];
    snprintf(caption, sizeof caption,
             "%s: every good run, in order; beside them the mean and its 95 %% interval. A point "
             "leads to its run.",
             ranking->figures->figure[figure].name);
    int code = html_plot_set(page, &plot, caption, runs, count, error);
    free(runs);
    return code;
}

int html_plot_runs(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error)
{
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure) && plot_figure(page, report, ranking, figure, error) < 0)
            return -1;
    return 0;
}

// Beside the bar of what they stand beside.
static bool script_published(FILE *script, const struct report *report,
                             const struct ranking *ranking, unsigned int figure, double *high)
{
    bool any = false;
    fputs("$published << END\n", script);
    for (size_t i = 0; i < ranking->scenario->published_count; i++)
        for (unsigned int row = 0; row < ranking->rows; row++) {
            const struct published *published = &ranking->scenario->published[i];
            double value = published_number(published, &ranking->figures->figure[figure]);
            if (isnan(value) || !published_beside(report, published, ranking->row[row]))
                continue;
            fprintf(script, "%g %g %u\n", row + 0.4, value,
                    html_colour(report, ranking->row[row]->environment));
            *high = fmax(*high, value);
            any = true;
        }
    fputs("END\n", script);
    return any;
}

static int plot_bars(FILE *page, const struct report *report, const struct ranking *ranking,
                     unsigned int figure, struct error *error)
{
    struct plot plot;
    double high = 0;
    char caption[240];
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    script_axes(plot.script, ranking, figure);
    fputs("unset logscale y\nset boxwidth 0.6\nset style fill solid 0.35 border\n$bars << END\n",
          plot.script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        if (cell->runs == 0)
            continue;
        fprintf(plot.script, "%u %g %g %u\n", row, cell->sample.mean, cell->sample.sd,
                html_colour(report, ranking->row[row]->environment));
        high = fmax(high, cell->sample.mean + cell->sample.sd);
    }
    fputs("END\n", plot.script);
    bool any = script_published(plot.script, report, ranking, figure, &high);
    fprintf(plot.script,
            "set yrange [0:%g]\nplot $bars using 1:2:4 with boxes lc variable, "
            "$bars using 1:2:3 with yerrorbars pt 7 ps 0.4 lw 2 lc rgb 'black'%s\n",
            high > 0 ? 1.1 * high : 1,
            any ? ", $published using 1:2:3 with points pt 12 ps 0.9 lw 2 lc variable" : "");
    snprintf(caption, sizeof caption, "%s: mean, and the standard deviation above and below it.%s",
             ranking->figures->figure[figure].name,
             any ? " Diamonds: what the study published." : "");
    return html_plot_set(page, &plot, caption, NULL, 0, error);
}

int html_plot_bars(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error)
{
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure) && plot_bars(page, report, ranking, figure, error) < 0)
            return -1;
    return 0;
}
