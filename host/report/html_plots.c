/* The plots of a scenario; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "report/html.h"
#include "report/plot.h"

enum { WIDTH = 640, HEIGHT = 380 };

// Where a curve of percentiles is drawn: 50 %, then each time nearer to 100 %.
static const double percentiles[] = {1,  5,  10, 20, 30,   40,   50,   60,    70,    80,
                                     90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99};

// A percentile says something where at least ten answers lie beyond it.
static bool is_known(const struct histogram *histogram, double percent)
{
    return (double)histogram->count * (1 - percent / 100) >= 10;
}

static void script_latency(FILE *script, const struct ranking *ranking)
{
    fputs("set logscale xy\nset xlabel 'per cent of answers within'\nset ylabel 'latency, ms'\n"
          "set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000)\n"
          "set format y '%g'\n",
          script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct histogram *histogram = &ranking->row[row]->latency;
        fprintf(script, "$r%u << END\n", row);
        for (size_t i = 0; i < sizeof percentiles / sizeof percentiles[0]; i++)
            if (is_known(histogram, percentiles[i]))
                fprintf(script, "%g %g\n", 1 / (1 - percentiles[i] / 100),
                        (double)histogram_percentile_ns(histogram, percentiles[i]) / NS_PER_MS);
        fputs("END\n", script);
    }
    fputs("plot ", script);
    for (unsigned int row = 0; row < ranking->rows; row++)
        fprintf(script, "%s$r%u using 1:2 with lines lt %u title '%s'", row > 0 ? ", " : "", row,
                row + 1, ranking->row[row]->environment);
    fputs("\n", script);
}

// With some room, and for one value alone, too.
static void script_range(FILE *script, const struct ranking *ranking, unsigned int figure)
{
    double low = INFINITY, high = 0;
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        for (size_t i = 0; i < cell->runs; i++)
            if (cell->sample.value[i] > 0) {
                low = fmin(low, cell->sample.value[i]);
                high = fmax(high, cell->sample.value[i]);
            }
    }
    fprintf(script, "set yrange [%g:%g]\n", low / 1.5, high * 1.5);
}

static void script_figure(FILE *script, const struct ranking *ranking, unsigned int figure)
{
    script_range(script, ranking, figure);
    fprintf(script, "unset key\nset ylabel '%s'\nset xrange [-0.6:%g]\nset xtics (",
            ranking->figures->figure[figure].name, ranking->rows - 0.4);
    for (unsigned int row = 0; row < ranking->rows; row++)
        fprintf(script, "%s'%s' %u", row > 0 ? ", " : "", ranking->row[row]->environment, row);
    fputs(")\nset logscale y\nset format y '%g'\n$runs << END\n", script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        for (size_t i = 0; i < cell->runs; i++)
            fprintf(script, "%g %g %u\n", row - 0.15 + 0.3 * ((double)i + 0.5) / (double)cell->runs,
                    cell->sample.value[i], row + 1);
    }
    fputs("END\n$means << END\n", script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        if (cell->runs > 0)
            fprintf(script, "%g %g %g %g\n", row + 0.3, cell->sample.mean, cell->mean.low,
                    cell->mean.high);
    }
    fputs("END\nplot $runs using 1:2:3 with points pt 6 ps 0.7 lc variable, "
          "$means using 1:2:3:4 with yerrorbars pt 7 ps 0.8 lw 2 lc rgb '#7f7f7f'\n",
          script);
}

static void script_series(FILE *script, const struct report *report, const struct summary *summary)
{
    size_t i, j;
    json_t *record, *sample;
    fprintf(script,
            "unset key\nset xlabel 'seconds of the run'\nset ylabel 'CPU of %s, %% of one'\n"
            "set yrange [0:*]\n$runs << END\n",
            summary->environment);
    json_array_foreach(report->records, i, record)
    {
        const char *scenario = json_string_value(json_object_get(record, "scenario"));
        const char *environment = json_string_value(json_object_get(record, "environment"));
        if (!scenario || !environment || strcmp(scenario, summary->scenario->name) != 0 ||
            strcmp(environment, summary->environment) != 0)
            continue;
        json_array_foreach(json_object_get(json_object_get(record, "samples"), "samples"), j,
                           sample)
            fprintf(script, "%g %g\n", json_number_value(json_array_get(sample, 0)),
                    json_number_value(json_array_get(sample, 1)));
        fputs("\n", script);
    }
    fputs("END\nplot $runs using 1:2 with linespoints lt 1 lw 1 pt 7 ps 0.3\n", script);
}

// Ends a plot that was begun, and sets it into the page.
static int set_plot(FILE *page, struct plot *plot, const char *caption, struct error *error)
{
    char *svg = plot_svg(plot, error);
    if (!svg && error->code == EXIT_LACKING) {
        fprintf(page, "<p class=\"warn\">No plot: %s.</p>\n", error->text);
        return 0;
    }
    if (!svg)
        return -1;
    fprintf(page, "<figure>%s<figcaption>%s</figcaption></figure>\n", svg, caption);
    free(svg);
    return 0;
}

static int plot_latency(FILE *page, const struct ranking *ranking, struct error *error)
{
    struct plot plot;
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (ranking->row[row]->latency.count >= 20) {
            if (plot_begin(&plot, WIDTH, HEIGHT, error) < 0)
                return -1;
            script_latency(plot.script, ranking);
            return set_plot(page, &plot,
                            "Latency from the moment a request was due, of all good runs together; "
                            "each curve ends where fewer than ten answers lie beyond it.",
                            error);
        }
    return 0;
}

static int plot_figure(FILE *page, const struct ranking *ranking, unsigned int figure,
                       struct error *error)
{
    struct plot plot;
    bool any = false;
    for (unsigned int row = 0; row < ranking->rows; row++)
        any = any || (ranking->cell[row][figure].runs > 0 &&
                      ranking->cell[row][figure].sample.value[0] > 0);
    if (!any)
        return 0;
    if (plot_begin(&plot, WIDTH, HEIGHT, error) < 0)
        return -1;
    script_figure(plot.script, ranking, figure);
    return set_plot(page, &plot,
                    "Every good run, ascending; beside them the mean and its 95 % interval.",
                    error);
}

static int plot_series(FILE *page, const struct report *report, const struct ranking *ranking,
                       struct error *error)
{
    struct plot plot;
    fputs("<details><summary>CPU over time, in each run</summary><div class=\"plots\">\n", page);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        if (ranking->row[row]->good == 0)
            continue;
        if (plot_begin(&plot, WIDTH, HEIGHT, error) < 0)
            return -1;
        script_series(plot.script, report, ranking->row[row]);
        if (set_plot(page, &plot, "Sampled once a second; a line for each run.", error) < 0)
            return -1;
    }
    fputs("</div></details>\n", page);
    return 0;
}

int html_plots(FILE *page, const struct report *report, const struct ranking *ranking,
               struct error *error)
{
    fputs("<div class=\"plots\">\n", page);
    if (plot_latency(page, ranking, error) < 0)
        return -1;
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (plot_figure(page, ranking, figure, error) < 0)
            return -1;
    fputs("</div>\n", page);
    return plot_series(page, report, ranking, error);
}
