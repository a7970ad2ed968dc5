/* Boots: where their time goes, and how it is distributed; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "report/html.h"
#include "report/number_text.h"
#include "report/shares.h"
#include "statistics/sample.h"
#include "study/record.h"

// Stamps of a boot, from exec, as experiment_boot.c records them.
enum { STAMPS = 3, BOOTS_MIN = 5 };
static const char *const stamps[STAMPS] = {"console_ns", "syn_ack_ns", "answer_ns"};

// A row of a tenth of the longest would be a line: it is drawn again, without the longer ones.
static const double DRAWN_AGAIN = 0.1;

// One stamp of every good run, into as much room as there are records. Returns how many.
static size_t stamp_values(double *values, const struct report *report, const struct summary *row,
                           const char *stamp)
{
    size_t i, count = 0;
    json_t *record;
    json_array_foreach(report->records, i, record)
    {
        const json_t *ns = json_object_get(json_object_get(record, "load"), stamp);
        if (json_is_integer(ns) &&
            record_is_good_run(record, row->scenario->name, row->environment))
            values[count++] = json_number_value(ns) / NS_PER_MS;
    }
    return count;
}

// The median of each stamp; what was not seen, or only behind a later one, is taken to be with it.
static void medians_of(double median_ms[STAMPS], double *room, const struct report *report,
                       const struct summary *row)
{
    for (int stamp = STAMPS - 1; stamp >= 0; stamp--) {
        size_t count = stamp_values(room, report, row, stamps[stamp]);
        median_ms[stamp] = count > 0 ? sample_median_of(room, count) : NAN;
        if (stamp < STAMPS - 1)
            median_ms[stamp] = fmin(median_ms[stamp], median_ms[stamp + 1]);
    }
}

static void script_bars(FILE *script, const struct report *report, const struct ranking *ranking,
                        double (*median_ms)[STAMPS], double longest_ms)
{
    unsigned int at = 0;
    fputs("$boots << END\n", script);
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (median_ms[row][STAMPS - 1] <= longest_ms)
            fprintf(script, "%u %g %g %g %u\n", at++, median_ms[row][0], median_ms[row][1],
                    median_ms[row][2], html_colour(report, ranking->row[row]->environment));
    fputs("END\nset ytics (", script);
    at = 0;
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (median_ms[row][STAMPS - 1] <= longest_ms) {
            fputs(at > 0 ? ", " : "", script);
            plot_text(script, ranking->row[row]->environment);
            fprintf(script, " %u", at++);
        }
    fputs(")\n", script);
    at = 0;
    for (unsigned int row = 0; row < ranking->rows; row++) {
        char text[NUMBER_TEXT_BYTES];
        if (median_ms[row][STAMPS - 1] <= longest_ms)
            fprintf(script, "set label '%s' at %g, %u offset 0.6, 0\n",
                    number_text(text, median_ms[row][STAMPS - 1]), median_ms[row][STAMPS - 1],
                    at++);
    }
}

// As high as it has rows. Those after the first are the same without the longest.
static int plot_waterfall(FILE *page, const struct report *report, const struct ranking *ranking,
                          double (*median_ms)[STAMPS], double longest_ms, bool is_first,
                          struct error *error)
{
    struct plot plot;
    unsigned int drawn = 0;
    for (unsigned int row = 0; row < ranking->rows; row++)
        drawn += median_ms[row][STAMPS - 1] <= longest_ms;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, 80 + 40 * drawn, error) < 0)
        return -1;
    script_bars(plot.script, report, ranking, median_ms, longest_ms);
    fprintf(plot.script,
            "set grid noytics\nset xtics %g\nset xlabel 'ms from exec'\nset xrange [0:%g]\n"
            "set yrange [%g:-0.6]\nset style fill solid 0.2 border\n"
            "plot $boots using 2:1:(0):2:($1-0.3):($1+0.3):5 with boxxyerror lc variable lw 1,"
            " $boots using 3:1:2:3:($1-0.3):($1+0.3):5 with boxxyerror fs solid 0.55 lc variable "
            "lw 1,"
            " $boots using 4:1:3:4:($1-0.3):($1+0.3):5 with boxxyerror fs solid 1 lc variable lw "
            "1\n",
            plot_step(1.2 * longest_ms), 1.2 * longest_ms, drawn - 0.4);
    return html_plot_set(page, &plot,
                         is_first
                             ? "Where a boot's time goes, medians of the good runs; from pale to "
                               "full: until the first byte on the console, until the first "
                               "SYN-ACK, until the first 200, at the number. A console that stays "
                               "silent for longer has no part of its own."
                             : "The same without those that take more than ten times as long.",
                         NULL, 0, error);
}

// The longest that is no longer than a limit; -1 where there is none.
static double longest_within(const struct ranking *ranking, double (*median_ms)[STAMPS],
                             double limit_ms)
{
    double longest_ms = -1;
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (median_ms[row][STAMPS - 1] <= limit_ms)
            longest_ms = fmax(longest_ms, median_ms[row][STAMPS - 1]);
    return longest_ms;
}

static int plot_waterfalls(FILE *page, const struct report *report, const struct ranking *ranking,
                           double *room, struct error *error)
{
    double median_ms[RANKING_ROWS_MAX][STAMPS] = {{0}};
    for (unsigned int row = 0; row < ranking->rows; row++)
        medians_of(median_ms[row], room, report, ranking->row[row]);
    double longest_ms = longest_within(ranking, median_ms, INFINITY);
    for (bool is_first = true; longest_ms > 0; is_first = false) {
        if (plot_waterfall(page, report, ranking, median_ms, longest_ms, is_first, error) < 0)
            return -1;
        longest_ms = longest_within(ranking, median_ms, DRAWN_AGAIN * longest_ms);
    }
    return 0;
}

static void script_shares(FILE *script, const double *boot_ms, size_t count)
{
    struct shares shares = {0};
    for (size_t i = 0; i < count; i++)
        shares_add(&shares, boot_ms[i], 1);
    shares_script(&shares, script);
}

// Of a few boots a distribution says nothing.
static bool has_boots(const struct report *report, const struct ranking *ranking, double *room)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (stamp_values(room, report, ranking->row[row], stamps[STAMPS - 1]) >= BOOTS_MIN)
            return true;
    return false;
}

static int plot_histogram(FILE *page, const struct report *report, const struct ranking *ranking,
                          double *room, struct error *error)
{
    struct plot plot;
    const char *comma = "plot ";
    if (!has_boots(report, ranking, room))
        return 0;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    fputs("set logscale x\nset format x '%g'\nset xlabel 'ms from exec to the first 200'\n"
          "set ylabel 'boots, %'\nset yrange [0:*]\n",
          plot.script);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        fprintf(plot.script, "$r%u << END\n", row);
        script_shares(plot.script, room,
                      stamp_values(room, report, ranking->row[row], stamps[STAMPS - 1]));
        fputs("END\n", plot.script);
    }
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (stamp_values(room, report, ranking->row[row], stamps[STAMPS - 1]) > 0) {
            fprintf(plot.script, "%s$r%u using 1:2 with histeps lt %u", comma, row,
                    html_colour(report, ranking->row[row]->environment));
            comma = ", ";
        }
    fputs("\n", plot.script);
    return html_plot_set(page, &plot,
                         "How many boots took how long, each environment's good runs: in steps of "
                         "a twelfth of a decade.",
                         NULL, 0, error);
}

int html_plot_boot(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error)
{
    if (!scenario_is(ranking->scenario, "boot"))
        return 0;
    double *room = calloc(json_array_size(report->records) + 1, sizeof *room);
    if (!room)
        return error_set(error, EXIT_FAILED, "out of memory for a plot");
    int code = plot_waterfalls(page, report, ranking, room, error);
    if (code == 0)
        code = plot_histogram(page, report, ranking, room, error);
    free(room);
    return code;
}
