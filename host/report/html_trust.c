/* The page's part on whether its figures can be believed; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "clock.h"
#include "report/html.h"
#include "report/steadiness.h"
#include "report/validity.h"
#include "study/record.h"

static const double STEADY_PERCENT = 10;

static unsigned int failed_runs(const struct report *report)
{
    unsigned int failed = 0;
    for (unsigned int row = 0; row < report->rows; row++)
        failed += report->row[row]->failed;
    return failed;
}

static void write_void(FILE *page, const struct report *report)
{
    struct validity all = validity_of(report->records, NULL);
    unsigned int failed = failed_runs(report);
    fprintf(page, "<li><strong>Of %zu runs %u %s void</strong>", json_array_size(report->records),
            all.voided, all.voided == 1 ? "was" : "were");
    fputs(all.voided > 0 ? ": the load generator itself fell behind. What is void is left out of "
                           "every figure, was repeated, and stands with its reason in <a "
                           "href=\"#runs\">the list of runs</a>.</li>\n"
                         : ": the load generator never fell behind.</li>\n",
          page);
    if (failed > 0)
        fprintf(
            page,
            "<li><strong>%u failed</strong>, for reasons that are in <a href=\"#runs\">the list "
            "of runs</a>.</li>\n",
            failed);
}

static void write_machine(FILE *page, const struct steadiness *machine)
{
    if (machine->runs == 0) {
        fputs("<li>Of the machine's own steadiness nothing is recorded.</li>\n", page);
        return;
    }
    fprintf(
        page,
        "<li><strong>The machine was %s</strong>: before each run the same work was timed on a "
        "CPU of the host. It took %.1f ms; in %.0f %% of the runs 10 %% longer, or more.</li>\n",
        steadiness_allows_verdict(machine) ? "quiet enough" : "too noisy for a verdict",
        machine->median_ms, machine->slowed_percent);
    fprintf(page,
            "<li><strong>%s</strong>: from the first run to the last that work came to cost %+.1f "
            "%% of CPU time (Mann and Kendall: p = %.2g). Blocks are shuffled, so that drift "
            "hits all environments alike.</li>\n",
            machine->change_p < STEADINESS_DRIFT_LEVEL ? "The machine drifted"
                                                       : "No drift of the machine",
            machine->change_percent, machine->change_p);
}

// In which rows the figure that the scenario is about rose or fell over the blocks.
static void write_drift(FILE *page, const struct ranking *ranking, unsigned int row)
{
    const struct ranking_cell *cell = &ranking->cell[row][ranking_first_figure(ranking)];
    if (cell->runs < VERDICT_RUNS_MIN)
        fputs("<td class=\"faint\">too few runs</td>", page);
    else
        fprintf(page, "<td%s>%+.1f %%<small>p = %.2g</small></td>",
                cell->change_p < STEADINESS_DRIFT_LEVEL ? " class=\"off\"" : "",
                cell->change_percent, cell->change_p);
}

static void write_within(FILE *page, const struct report *report, const struct ranking *ranking,
                         unsigned int row)
{
    double percent = steadiness_within_runs(report->records, ranking->scenario->name,
                                            ranking->row[row]->environment);
    if (isnan(percent))
        fputs("<td class=\"faint\">too short</td>", page);
    else
        fprintf(page, "<td%s>%+.1f %%</td>", fabs(percent) > STEADY_PERCENT ? " class=\"off\"" : "",
                percent);
}

static void write_row(FILE *page, const struct report *report, const struct ranking *ranking,
                      unsigned int row)
{
    fputs("<tr><th scope=\"row\">", page);
    html_text(page, ranking->scenario->name);
    fputs(", ", page);
    html_text(page, ranking->row[row]->environment);
    fputs("</th>", page);
    write_within(page, report, ranking, row);
    write_drift(page, ranking, row);
    fprintf(page, "<td>%u / %u / %u</td><td class=\"text\">", ranking->row[row]->good,
            ranking->row[row]->voided, ranking->row[row]->failed);
    html_text(page, *ranking->doubt[row] ? ranking->doubt[row] : "can be judged");
    fputs("</td></tr>\n", page);
}

static void write_steadiness(FILE *page, const struct report *report,
                             const struct rankings *rankings)
{
    fputs("<details><summary>Steady state and drift, row by row</summary>\n<div class=\"wide\" "
          "tabindex=\"0\" role=\"region\" "
          "aria-label=\"Steady state and drift\"><table>\n<thead><tr><th></th>"
          "<th>within a run<br>CPU</th><th>over the runs<br>first figure</th>"
          "<th>good / void<br>/ failed</th><th class=\"text\">verdict</th></tr></thead>\n<tbody>\n",
          page);
    for (size_t i = 0; i < rankings->count; i++)
        for (unsigned int row = 0; row < rankings->ranking[i].rows; row++)
            write_row(page, report, &rankings->ranking[i], row);
    fprintf(
        page,
        "</tbody></table></div>\n<p class=\"faint\">Within a run: by how much the server's CPU "
        "usage rose or fell from the first to the last second of the load (least squares, the "
        "median of the runs); beyond %.0f %% it had not settled. Over the runs: the same of the "
        "figure at a glance from the first run to the last; marked where chance does so with p "
        "&lt; %.2g (Mann and Kendall).</p></details>\n",
        STEADY_PERCENT, STEADINESS_DRIFT_LEVEL);
}

static int plot_canary(FILE *page, const struct report *report, struct error *error)
{
    struct plot plot;
    size_t i;
    json_t *record;
    if (plot_begin(&plot, HTML_PLOT_WIDTH, 220, error) < 0)
        return -1;
    fprintf(plot.script,
            "set xlabel 'run'\nset ylabel 'ms'\nset yrange [0:*]\nset xrange [-1:%zu]\n"
            "$canary << END\n",
            json_array_size(report->records));
    double longest_ms = 0;
    json_array_foreach(report->records, i, record)
    {
        const json_t *canary = json_object_get(record, "canary");
        double ms = json_number_value(json_object_get(canary, "wall_ns")) / NS_PER_MS;
        if (json_is_object(canary))
            fprintf(plot.script, "%zu %g\n", i, ms);
        longest_ms = fmax(longest_ms, ms);
    }
    fprintf(plot.script,
            "END\nset ytics %g\nplot $canary using 1:2 with impulses lc rgb 'black' lw 2\n",
            longest_ms > 0 ? plot_step(longest_ms) : 1);
    return html_plot_set(page, &plot,
                         "The same work on a CPU of the host before each run, by the clock: level "
                         "where the machine is quiet.",
                         NULL, 0, error);
}

int html_trust(FILE *page, const struct report *report, const struct rankings *rankings,
               struct error *error)
{
    struct steadiness machine = steadiness_of(report->records);
    fputs("<section id=\"trust\"><h2>Can it be believed?</h2>\n<ul>\n", page);
    write_void(page, report);
    write_machine(page, &machine);
    fputs("</ul>\n", page);
    if (machine.runs > 0 && plot_canary(page, report, error) < 0)
        return -1;
    write_steadiness(page, report, rankings);
    fputs("</section>\n", page);
    return 0;
}
