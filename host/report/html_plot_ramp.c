/* Ramps: what was achieved of what was offered, and how late the answers were; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "report/html.h"
#include "study/record.h"

static double number_of(const json_t *step, const char *key)
{
    return json_number_value(json_object_get(step, key));
}

// Sorted by gnuplot: the bisection's steps come behind those of the climb. A void step says
// nothing.
static void script_run(FILE *script, const json_t *record, size_t index)
{
    size_t i;
    json_t *step;
    fprintf(script, "$run%zu << END\n", index);
    json_array_foreach(json_object_get(json_object_get(record, "load"), "steps"), i, step)
    {
        if (!record_is(step, "end", "void"))
            fprintf(script, "%g %g %g\n", number_of(step, "offered_per_s"),
                    number_of(step, "achieved_per_s"), number_of(step, "p99_ms"));
    }
    fputs("END\n", script);
}

static bool has_steps(const json_t *record)
{
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(json_object_get(record, "load"), "steps"), i, step)
    {
        if (!record_is(step, "end", "void"))
            return true;
    }
    return false;
}

// Every good run's steps in a block of their own, then a curve for each.
static void script_runs(FILE *script, const struct report *report, const struct ranking *ranking,
                        unsigned int column)
{
    size_t i;
    json_t *record;
    for (unsigned int row = 0; row < ranking->rows; row++)
        json_array_foreach(report->records, i, record)
        {
            if (record_is_good_run(record, ranking->scenario->name, ranking->row[row]->environment))
                script_run(script, record, i);
        }
    fputs("plot ", script);
    for (unsigned int row = 0; row < ranking->rows; row++)
        json_array_foreach(report->records, i, record)
        {
            if (has_steps(record) &&
                record_is_good_run(record, ranking->scenario->name, ranking->row[row]->environment))
                fprintf(script,
                        "$run%zu using 1:%u smooth unique with linespoints ps 0.5 lw 1 lt %u, ", i,
                        column, html_colour(report, ranking->row[row]->environment));
        }
}

static int plot_achieved(FILE *page, const struct report *report, const struct ranking *ranking,
                         struct error *error)
{
    struct plot plot;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    fputs("set xlabel 'offered, connections/s'\nset ylabel 'achieved, /s'\n"
          "set xrange [0:*]\nset yrange [0:*]\n",
          plot.script);
    script_runs(plot.script, report, ranking, 2);
    fputs("x with lines dt 2 lw 1 lc rgb 'black'\n", plot.script);
    return html_plot_set(page, &plot,
                         "The ramp: what was achieved of the rate that was offered, a curve for "
                         "each good run; dashed, all of it.",
                         NULL, 0, error);
}

// Over all steps that are drawn, and the limit.
static void p99_range(const struct report *report, const struct ranking *ranking, double *low,
                      double *high)
{
    size_t i, s;
    json_t *record, *step;
    json_array_foreach(report->records, i, record)
    {
        if (!record_is(record, "scenario", ranking->scenario->name))
            continue;
        json_array_foreach(json_object_get(json_object_get(record, "load"), "steps"), s, step)
        {
            double p99_ms = number_of(step, "p99_ms");
            if (!record_is(step, "end", "void") && p99_ms > 0) {
                *low = fmin(*low, p99_ms);
                *high = fmax(*high, p99_ms);
            }
        }
    }
}

static int plot_p99(FILE *page, const struct report *report, const struct ranking *ranking,
                    struct error *error)
{
    struct plot plot;
    double limit_ms = (double)scenario_full(ranking->scenario, "p99_ms");
    double low = limit_ms, high = limit_ms;
    p99_range(report, ranking, &low, &high);
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    fputs("set xlabel 'offered, connections/s'\nset ylabel 'p99, ms'\n"
          "set xrange [0:*]\n",
          plot.script);
    plot_log_axis(plot.script, 'y', low / 1.5, high * 1.5);
    script_runs(plot.script, report, ranking, 3);
    fprintf(plot.script, "%g with lines dt 2 lw 1 lc rgb 'black'\n", limit_ms);
    return html_plot_set(page, &plot,
                         "The ramp: the time within which 99 of 100 were answered at each rate, a "
                         "curve for each good run; dashed, the limit of the service level.",
                         NULL, 0, error);
}

static bool any_has_steps(const struct report *report, const struct ranking *ranking)
{
    size_t i;
    json_t *record;
    for (unsigned int row = 0; row < ranking->rows; row++)
        json_array_foreach(report->records, i, record)
        {
            if (has_steps(record) &&
                record_is_good_run(record, ranking->scenario->name, ranking->row[row]->environment))
                return true;
        }
    return false;
}

int html_plot_ramp(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error)
{
    if (!scenario_is(ranking->scenario, "ramp") || !any_has_steps(report, ranking))
        return 0;
    return plot_achieved(page, report, ranking, error) < 0 ||
                   plot_p99(page, report, ranking, error) < 0
               ? -1
               : 0;
}
