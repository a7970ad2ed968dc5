/* Distributions of latencies: how many answers took how long, and within what time how many came;
 * see html.h.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "clock.h"
#include "report/html.h"
#include "report/shares.h"

// Where a curve of percentiles is drawn: 50 %, then each time nearer to 100 %.
static const double percentiles[] = {1,  5,  10, 20, 30,   40,   50,   60,    70,    80,
                                     90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99};
enum { ANSWERS_MIN = 20 };

// A percentile says something where at least ten answers lie beyond it.
static bool is_known(const struct histogram *histogram, double percent)
{
    return (double)histogram->count * (1 - percent / 100) >= 10;
}

static bool is_drawn(const struct summary *row)
{
    return row->latency.count >= ANSWERS_MIN;
}

// Extends the range by what it writes.
static void script_percentiles(FILE *script, const struct histogram *histogram, double *low,
                               double *high)
{
    for (size_t i = 0; i < sizeof percentiles / sizeof percentiles[0]; i++) {
        double ms = (double)histogram_percentile_ns(histogram, percentiles[i]) / NS_PER_MS;
        if (!is_known(histogram, percentiles[i]))
            continue;
        fprintf(script, "%g %g\n", 1 / (1 - percentiles[i] / 100), ms);
        *low = fmin(*low, ms);
        *high = fmax(*high, ms);
    }
}

static void script_shares(FILE *script, const struct histogram *histogram)
{
    struct shares shares = {0};
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        if (histogram->bucket[i] > 0)
            shares_add(&shares, (double)histogram_bucket_ns(i) / NS_PER_MS, histogram->bucket[i]);
    shares_script(&shares, script);
}

// A curve for each row that has data, of a block of that row's number.
static void script_plot(FILE *script, const struct report *report, const struct ranking *ranking,
                        const char *style)
{
    const char *comma = "plot ";
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (is_drawn(ranking->row[row])) {
            fprintf(script, "%s$r%u using 1:2 with %s lt %u", comma, row, style,
                    html_colour(report, ranking->row[row]->environment));
            comma = ", ";
        }
    fputs("\n", script);
}

static int plot_histogram(FILE *page, const struct report *report, const struct ranking *ranking,
                          struct error *error)
{
    struct plot plot;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    fputs("set logscale x\nset format x '%g'\nset xlabel 'latency, ms'\n"
          "set ylabel 'answers, %'\nset yrange [0:*]\n",
          plot.script);
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (is_drawn(ranking->row[row])) {
            fprintf(plot.script, "$r%u << END\n", row);
            script_shares(plot.script, &ranking->row[row]->latency);
            fputs("END\n", plot.script);
        }
    script_plot(plot.script, report, ranking, "histeps");
    return html_plot_set(page, &plot,
                         "How many answers took how long, of all good runs together: in steps of a "
                         "twelfth of a decade.",
                         NULL, 0, error);
}

static int plot_percentiles(FILE *page, const struct report *report, const struct ranking *ranking,
                            struct error *error)
{
    struct plot plot;
    double low = INFINITY, high = 0;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (is_drawn(ranking->row[row])) {
            fprintf(plot.script, "$r%u << END\n", row);
            script_percentiles(plot.script, &ranking->row[row]->latency, &low, &high);
            fputs("END\n", plot.script);
        }
    fputs("set logscale x\nset xlabel 'per cent of answers within'\nset ylabel 'latency, ms'\n"
          "set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000)\n",
          plot.script);
    plot_log_axis(plot.script, 'y', low / 1.5, high * 1.5);
    script_plot(plot.script, report, ranking, "linespoints ps 0.5");
    return html_plot_set(page, &plot,
                         "Within what time how many were answered, counted from the moment each "
                         "was due. A curve ends where fewer than ten answers lie beyond it.",
                         NULL, 0, error);
}

int html_plot_latency(FILE *page, const struct report *report, const struct ranking *ranking,
                      struct error *error)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (is_drawn(ranking->row[row]))
            return plot_percentiles(page, report, ranking, error) < 0 ||
                           plot_histogram(page, report, ranking, error) < 0
                       ? -1
                       : 0;
    return 0;
}
