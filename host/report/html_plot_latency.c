/* Distributions of latencies: how many answers took how long, and within what time how many came;
 * see html.h.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "clock.h"
#include "report/html.h"

// Where a curve of percentiles is drawn: 50 %, then each time nearer to 100 %.
static const double percentiles[] = {1,  5,  10, 20, 30,   40,   50,   60,    70,    80,
                                     90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99};
enum { BARS_OF_A_DECADE = 12, DECADES = 8, ANSWERS_MIN = 20 };
static const double SHORTEST_NS = 1000;

// A percentile says something where at least ten answers lie beyond it.
static bool is_known(const struct histogram *histogram, double percent)
{
    return (double)histogram->count * (1 - percent / 100) >= 10;
}

static void script_percentiles(FILE *script, const struct histogram *histogram)
{
    for (size_t i = 0; i < sizeof percentiles / sizeof percentiles[0]; i++)
        if (is_known(histogram, percentiles[i]))
            fprintf(script, "%g %g\n", 1 / (1 - percentiles[i] / 100),
                    (double)histogram_percentile_ns(histogram, percentiles[i]) / NS_PER_MS);
}

// The share of answers in each of twelve steps of a decade. A histogram of ours knows how many
// lie below a time only by its percentiles, so each bucket is taken at the time in its middle.
static void script_shares(FILE *script, const struct histogram *histogram)
{
    double share[DECADES * BARS_OF_A_DECADE] = {0};
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (histogram->bucket[i] == 0)
            continue;
        double at = log10((double)histogram_bucket_ns(i) / SHORTEST_NS) * BARS_OF_A_DECADE;
        if (at >= 0 && at < DECADES * BARS_OF_A_DECADE)
            share[(size_t)at] += 100 * (double)histogram->bucket[i] / (double)histogram->count;
    }
    for (size_t i = 0; i < DECADES * BARS_OF_A_DECADE; i++)
        if (share[i] > 0 || (i > 0 && share[i - 1] > 0) ||
            (i + 1 < DECADES * BARS_OF_A_DECADE && share[i + 1] > 0))
            fprintf(script, "%g %g\n",
                    SHORTEST_NS / NS_PER_MS * pow(10, ((double)i + 0.5) / BARS_OF_A_DECADE),
                    share[i]);
}

static void script_rows(FILE *script, const struct report *report, const struct ranking *ranking,
                        void (*data)(FILE *script, const struct histogram *histogram),
                        const char *style)
{
    bool first = true;
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (ranking->row[row]->latency.count >= ANSWERS_MIN) {
            fprintf(script, "$r%u << END\n", row);
            data(script, &ranking->row[row]->latency);
            fputs("END\n", script);
        }
    fputs("plot ", script);
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (ranking->row[row]->latency.count >= ANSWERS_MIN) {
            fprintf(script, "%s$r%u using 1:2 with %s lt %u", first ? "" : ", ", row, style,
                    html_colour(report, ranking->row[row]->environment));
            first = false;
        }
    fputs("\n", script);
}

static int plot_histogram(FILE *page, const struct report *report, const struct ranking *ranking,
                          struct error *error)
{
    struct plot plot;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    fputs("unset key\nset logscale x\nset format x '%g'\nset xlabel 'latency, ms'\n"
          "set ylabel 'answers, %'\nset yrange [0:*]\n",
          plot.script);
    script_rows(plot.script, report, ranking, script_shares, "histeps");
    return html_plot_set(page, &plot,
                         "How many answers took how long, of all good runs together: in steps of a "
                         "twelfth of a decade.",
                         NULL, 0, error);
}

static int plot_percentiles(FILE *page, const struct report *report, const struct ranking *ranking,
                            struct error *error)
{
    struct plot plot;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    fputs("unset key\nset logscale xy\nset xlabel 'per cent of answers within'\n"
          "set ylabel 'latency, ms'\nset format y '%g'\n"
          "set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000)\n",
          plot.script);
    script_rows(plot.script, report, ranking, script_percentiles, "lines");
    return html_plot_set(page, &plot,
                         "Within what time how many were answered, counted from the moment each "
                         "was due. A curve ends where fewer than ten answers lie beyond it.",
                         NULL, 0, error);
}

int html_plot_latency(FILE *page, const struct report *report, const struct ranking *ranking,
                      struct error *error)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (ranking->row[row]->latency.count >= ANSWERS_MIN)
            return plot_percentiles(page, report, ranking, error) < 0 ||
                           plot_histogram(page, report, ranking, error) < 0
                       ? -1
                       : 0;
    return 0;
}
