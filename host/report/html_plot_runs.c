/* Every run as a point, and means as bars; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>

#include "report/html.h"
#include "report/published.h"
#include "study/record.h"

enum { SPREAD_FOR_LOGARITHMS = 10 };

// Writes the block $published of gnuplot's data, beside what they stand beside. The range is
// extended to them. Returns whether there are any.
static bool script_published(FILE *script, const struct report *report,
                             const struct ranking *ranking, unsigned int figure, double *low,
                             double *high)
{
    bool any = false;
    fputs("$published << END\n", script);
    for (size_t i = 0; i < ranking->scenario->published_count; i++)
        for (unsigned int row = 0; row < ranking->rows; row++) {
            const struct published *published = &ranking->scenario->published[i];
            double value = published_number(published, &ranking->figures->figure[figure]);
            if (isnan(value) || !published_beside(report, published, ranking->row[row]))
                continue;
            fprintf(script, "%g %g %u\n", row + 0.42, value,
                    html_colour(report, ranking->row[row]->environment));
            *low = fmin(*low, value);
            *high = fmax(*high, value);
            any = true;
        }
    fputs("END\n", script);
    return any;
}

static const char plot_published[] =
    ", $published using 1:2:3 with points pt 12 ps 0.8 lw 2 lc variable";
static const char caption_published[] = " Diamonds: what the study published.";

static void range_of(const struct ranking *ranking, unsigned int figure, double *low, double *high)
{
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        if (cell->runs > 0) {
            *low = fmin(*low, cell->sample.value[0]);
            *high = fmax(*high, cell->sample.value[cell->runs - 1]);
        }
    }
}

// Logarithmic where one environment has many times the other's; else from 0.
static void script_axes(FILE *script, const struct ranking *ranking, unsigned int figure,
                        double low, double high)
{
    if (low > 0 && high / low > SPREAD_FOR_LOGARITHMS)
        plot_log_axis(script, 'y', low / 1.5, high * 1.5);
    else if (high > 0)
        fprintf(script, "set yrange [%g:%g]\n", fmin(0, 1.1 * low), 1.1 * high);
    else
        fprintf(script, "set yrange [%g:1]\n", low < 0 ? 1.1 * low : 0);
    fprintf(script, "set format y '%%g'\nset grid noxtics\nset xrange [-0.6:%g]\n",
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
        if (cell->runs > 0) {
            bool known = interval_is_known(&cell->mean);
            fprintf(script, "%g %g %g %g\n", row + 0.3, cell->sample.mean,
                    known ? cell->mean.low : cell->sample.mean,
                    known ? cell->mean.high : cell->sample.mean);
        }
    }
    fputs("END\n", script);
}

static int plot_figure(FILE *page, const struct report *report, const struct ranking *ranking,
                       unsigned int figure, struct error *error)
{
    struct plot plot;
    double low = INFINITY, high = -INFINITY;
    size_t *runs = calloc(json_array_size(report->records) * ranking->rows + 1, sizeof *runs);
    if (!runs || plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0) {
        free(runs);
        return error_set(error, EXIT_FAILED, "out of memory for a plot");
    }
    range_of(ranking, figure, &low, &high);
    bool any = script_published(plot.script, report, ranking, figure, &low, &high);
    script_axes(plot.script, ranking, figure, low, high);
    size_t count = script_points(plot.script, report, ranking, figure, runs);
    script_means(plot.script, ranking, figure);
    fprintf(plot.script,
            "plot $runs using 1:2:3 with points pt 6 ps 0.7 lc variable, "
            "$means using 1:2:3:4 with yerrorbars pt 7 ps 0.6 lw 2 lc rgb 'black'%s\n",
            any ? plot_published : "");
    char caption[240];
    snprintf(caption, sizeof caption,
             "%s: every good run, in order; beside them the mean and its 95 %% interval. A point "
             "leads to its run.%s",
             ranking->figures->figure[figure].name, any ? caption_published : "");
    int code = html_plot_set(page, &plot, caption, runs, count, error);
    free(runs);
    return code;
}

// What was the same in every run, a setting or a count of nothing, is told in words.
static bool is_constant(const struct ranking *ranking, unsigned int figure)
{
    double low = INFINITY, high = -INFINITY;
    size_t runs = 0;
    for (unsigned int row = 0; row < ranking->rows; row++)
        runs += ranking->cell[row][figure].runs;
    range_of(ranking, figure, &low, &high);
    return runs > 1 && low == high;
}

static void write_constants(FILE *page, const struct ranking *ranking)
{
    const char *before = "<p class=\"faint\">The same in every run: ";
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++) {
        double low = INFINITY, high = -INFINITY;
        range_of(ranking, figure, &low, &high);
        if (!is_constant(ranking, figure))
            continue;
        fputs(before, page);
        html_text(page, ranking->figures->figure[figure].name);
        fputs(" ", page);
        html_number(page, low);
        before = ", ";
    }
    if (*before == ',')
        fputs(".</p>\n", page);
}

int html_plot_runs(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error)
{
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure) && !is_constant(ranking, figure) &&
            plot_figure(page, report, ranking, figure, error) < 0)
            return -1;
    write_constants(page, ranking);
    return 0;
}

static int plot_bars(FILE *page, const struct report *report, const struct ranking *ranking,
                     unsigned int figure, struct error *error)
{
    struct plot plot;
    double low = 0, high = 0;
    char caption[240];
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    script_axes(plot.script, ranking, figure, 0, 0);
    fputs("set boxwidth 0.6\nset style fill solid 0.35 border\n$bars << END\n", plot.script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        if (cell->runs == 0)
            continue;
        fprintf(plot.script, "%u %g %g %u\n", row, cell->sample.mean, cell->sample.sd,
                html_colour(report, ranking->row[row]->environment));
        high = fmax(high, cell->sample.mean + cell->sample.sd);
        if (cell->sample.mean < 0)
            low = fmin(low, cell->sample.mean - cell->sample.sd);
    }
    fputs("END\n", plot.script);
    bool any = script_published(plot.script, report, ranking, figure, &low, &high);
    fprintf(plot.script,
            "set yrange [%g:%g]\nplot $bars using 1:2:4 with boxes lc variable, "
            "$bars using 1:2:3 with yerrorbars pt 7 ps 0.4 lw 2 lc rgb 'black'%s\n",
            fmin(0, 1.1 * low), high > 0 ? 1.1 * high : 1, any ? plot_published : "");
    snprintf(caption, sizeof caption, "%s: mean, and the standard deviation above and below it.%s",
             ranking->figures->figure[figure].name, any ? caption_published : "");
    return html_plot_set(page, &plot, caption, NULL, 0, error);
}

int html_plot_bars(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error)
{
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure) && !is_constant(ranking, figure) &&
            plot_bars(page, report, ranking, figure, error) < 0)
            return -1;
    return 0;
}
