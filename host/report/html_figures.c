/* Verdicts and figures of a scenario; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "report/html.h"
#include "report/published.h"

static bool has_figure(const struct ranking *ranking, unsigned int figure)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (ranking->cell[row][figure].runs > 0)
            return true;
    return false;
}

static void write_sentence(FILE *page, const struct ranking *ranking,
                           const struct ranking_pair *pair)
{
    const struct figure *figure = &ranking->figures->figure[pair->figure];
    const char *first = ranking->row[pair->first]->environment;
    const char *second = ranking->row[pair->second]->environment;
    fprintf(page, "<li>%s: <strong>%s</strong> is %.3g times %s (%.3g to %.3g), ", figure->name,
            second, pair->ratio.estimate, first, pair->ratio.interval.low,
            pair->ratio.interval.high);
    if (pair->verdict == VERDICT_SAME)
        fputs("the same", page);
    else
        fprintf(page, "%s", pair->verdict == VERDICT_LOWER ? figure->less : figure->more);
    fputs("</li>\n", page);
}

void html_verdicts(FILE *page, const struct ranking *ranking)
{
    unsigned int told = 0, untold = 0;
    for (size_t i = 0; i < ranking->pairs; i++)
        untold += ranking->pair[i].verdict == VERDICT_CANNOT_TELL;
    if (ranking->pairs > untold)
        fputs("<details><summary>What differs, pair by pair</summary>\n<ul>\n", page);
    for (size_t i = 0; i < ranking->pairs; i++)
        if (ranking->pair[i].verdict != VERDICT_CANNOT_TELL) {
            write_sentence(page, ranking, &ranking->pair[i]);
            told++;
        }
    if (told > 0)
        fputs("</ul></details>\n", page);
    if (untold > 0)
        fprintf(page,
                "<p class=\"faint\">Of %u of %zu pairs nothing can be told: fewer than %d blocks, "
                "too many void runs, or a difference within the noise.</p>\n",
                untold, ranking->pairs, VERDICT_RUNS_MIN);
}

// Three digits that count, and never an exponent where whole digits do.
static void write_number(FILE *page, double value)
{
    fprintf(page, fabs(value) >= 100 ? "%.0f" : "%.3g", value);
}

static void write_cell(FILE *page, const struct ranking_cell *cell)
{
    if (cell->runs == 0) {
        fputs("<td class=\"faint\">-</td>", page);
        return;
    }
    fputs(cell->best ? "<td class=\"best\">" : "<td>", page);
    write_number(page, cell->sample.mean);
    if (cell->outliers > 0)
        fputs(" <abbr title=\"with outliers, which are kept\">*</abbr>", page);
    fputs("<small>", page);
    write_number(page, cell->mean.low);
    fputs(" to ", page);
    write_number(page, cell->mean.high);
    fputs("</small><small>sd ", page);
    write_number(page, cell->sample.sd);
    fputs("</small></td>", page);
}

static void write_row(FILE *page, const struct ranking *ranking, unsigned int row)
{
    const struct summary *summary = ranking->row[row];
    fprintf(page, "<tr><th scope=\"row\">%s</th>", summary->environment);
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (has_figure(ranking, figure))
            write_cell(page, &ranking->cell[row][figure]);
    fprintf(page, "<td>%.3f</td><td>%u / %u / %u</td></tr>\n", summary->errors, summary->good,
            summary->voided, summary->failed);
}

void html_figures(FILE *page, const struct report *report, const struct ranking *ranking)
{
    (void)report;
    fputs("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th>environment</th>", page);
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (has_figure(ranking, figure))
            fprintf(page, "<th>%s</th>", ranking->figures->figure[figure].name);
    fputs("<th>not answered<br>well, a run</th><th>runs good /<br>void / failed</th></tr></thead>\n"
          "<tbody>\n",
          page);
    for (unsigned int row = 0; row < ranking->rows; row++)
        write_row(page, ranking, row);
    fputs("</tbody></table></div>\n<p class=\"faint\">Means of the good runs; below them the 95 % "
          "interval (BCa bootstrap over runs) and the standard deviation. A shaded cell is lower "
          "than every other of its column, each difference beyond 5 % with p &lt; 0.01 (paired "
          "permutation test over blocks, adjusted by Holm).</p>\n",
          page);
}

void html_published(FILE *page, const struct report *report, const struct scenario *scenario)
{
    if (scenario->published_count == 0)
        return;
    fprintf(page,
            "<h3>What the study published</h3>\n<div class=\"wide\" tabindex=\"0\"><table>\n"
            "<thead><tr><th>theirs</th><th class=\"text\">stands beside our</th><th>%s</th>"
            "<th>CPU %%</th><th>ticks</th><th>RAM MB</th></tr></thead>\n<tbody>\n",
            scenario->kind == LOAD_HTTP ? "response ms" : "time s");
    for (size_t i = 0; i < scenario->published_count; i++) {
        const struct published *published = &scenario->published[i];
        for (unsigned int row = 0; row < report->rows; row++)
            if (report->row[row]->scenario == scenario &&
                published_beside(report, published, report->row[row]))
                fprintf(page,
                        "<tr class=\"published\"><td>%s, %s</td><td class=\"text\">%s</td>"
                        "<td>%.2f</td><td>%.1f</td><td>%.0f</td><td>%s</td></tr>\n",
                        published->name, published->host, report->row[row]->environment,
                        published->response, published->cpu_percent, published->ticks,
                        published->ram);
    }
    fputs("</tbody></table></div>\n<p class=\"faint\">Another machine, another year, another load "
          "generator: for the shape of the result, not for its size.</p>\n",
          page);
}
