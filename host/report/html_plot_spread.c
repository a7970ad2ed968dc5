/* Histograms of a computation's figures over the runs; see html.h.
 *
 * Emulated and native guests are far apart, and the runs of each within a few percent: what they
 * have in common is the distance from their own median.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "report/html.h"

enum { RUNS_MIN = 5 };         // of fewer a distribution says nothing
static const double STEPS = 2; // for each label of the axis

static bool is_drawn(const struct ranking_cell *cell)
{
    return cell->runs >= RUNS_MIN && cell->sample.median > 0;
}

static double off_percent(const struct ranking_cell *cell, size_t run)
{
    return 100 * (cell->sample.value[run] / cell->sample.median - 1);
}

// How far all that is drawn reaches from the median, downward and upward together.
static double range_of(const struct ranking *ranking, unsigned int figure)
{
    double low = 0, high = 0;
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const struct ranking_cell *cell = &ranking->cell[row][figure];
        if (is_drawn(cell)) {
            low = fmin(low, off_percent(cell, 0));
            high = fmax(high, off_percent(cell, cell->runs - 1));
        }
    }
    return high - low;
}

// The median is in the middle of a step; an empty one at each end closes the outline.
static void script_cell(FILE *script, const struct ranking_cell *cell, double width)
{
    long last = lround(off_percent(cell, cell->runs - 1) / width) + 1;
    for (long step = lround(off_percent(cell, 0) / width) - 1; step <= last; step++) {
        size_t count = 0;
        for (size_t run = 0; run < cell->runs; run++)
            count += lround(off_percent(cell, run) / width) == step;
        fprintf(script, "%g %g\n", (double)step * width, 100 * (double)count / (double)cell->runs);
    }
}

static int plot_spread(FILE *page, const struct report *report, const struct ranking *ranking,
                       unsigned int figure, struct error *error)
{
    const char *name = ranking->figures->figure[figure].name;
    double step = plot_step(range_of(ranking, figure));
    const char *comma = "plot ";
    struct plot plot;
    char text[240];
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    snprintf(text, sizeof text, "%.100s, %% off the median", name);
    fputs("set xlabel ", plot.script);
    plot_text(plot.script, text);
    fprintf(plot.script, "\nset format x '%%g'\nset xtics %g\n", step);
    fputs("set ylabel 'runs, %'\nset yrange [0:*]\n", plot.script);
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (is_drawn(&ranking->cell[row][figure])) {
            fprintf(plot.script, "$r%u << END\n", row);
            script_cell(plot.script, &ranking->cell[row][figure], step / STEPS);
            fputs("END\n", plot.script);
        }
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (is_drawn(&ranking->cell[row][figure])) {
            fprintf(plot.script, "%s$r%u using 1:2 with histeps lt %u", comma, row,
                    html_colour(report, ranking->row[row]->environment));
            comma = ", ";
        }
    fputs("\n", plot.script);
    snprintf(text, sizeof text,
             "%.100s: how many good runs lie how far from the median of their environment, in "
             "steps of %g %%.",
             name, step / STEPS);
    return html_plot_set(page, &plot, text, NULL, 0, error);
}

int html_plot_spread(FILE *page, const struct report *report, const struct ranking *ranking,
                     struct error *error)
{
    if (!scenario_is(ranking->scenario, "compute"))
        return 0;
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (range_of(ranking, figure) > 0 && plot_spread(page, report, ranking, figure, error) < 0)
            return -1;
    return 0;
}
