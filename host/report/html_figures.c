/* Figures and verdicts of a scenario; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "report/html.h"
#include "report/number_text.h"
#include "report/published.h"

static void write_number(FILE *page, double value)
{
    char text[NUMBER_TEXT_BYTES];
    fputs(number_text(text, value), page);
}

static void write_sentence(FILE *page, const struct ranking *ranking,
                           const struct ranking_pair *pair)
{
    const struct figure *figure = &ranking->figures->figure[pair->figure];
    fputs("<li>", page);
    html_text(page, figure->name);
    fputs(": <strong>", page);
    html_text(page, ranking->row[pair->second]->environment);
    fprintf(page, "</strong> is %.3g times ", pair->ratio.estimate);
    html_text(page, ranking->row[pair->first]->environment);
    fprintf(page, " (%.3g to %.3g), %s</li>\n", pair->ratio.interval.low, pair->ratio.interval.high,
            pair->verdict == VERDICT_SAME    ? "the same"
            : pair->verdict == VERDICT_LOWER ? figure->less
                                             : figure->more);
}

static void write_verdicts(FILE *page, const struct ranking *ranking)
{
    unsigned int untold = 0;
    for (size_t i = 0; i < ranking->pairs; i++)
        untold += ranking->pair[i].verdict == VERDICT_CANNOT_TELL;
    if (ranking->pairs > untold)
        fprintf(page,
                "<details><summary>What differs, pair by pair: %zu verdicts</summary>\n<ul>\n",
                ranking->pairs - untold);
    for (size_t i = 0; i < ranking->pairs; i++)
        if (ranking->pair[i].verdict != VERDICT_CANNOT_TELL)
            write_sentence(page, ranking, &ranking->pair[i]);
    if (ranking->pairs > untold)
        fputs("</ul></details>\n", page);
    if (untold > 0)
        fprintf(
            page,
            "<p class=\"faint\">Of %u of %zu pairs nothing can be told: too few blocks, too many "
            "void runs, a noisy machine, or a difference within the noise.</p>\n",
            untold, ranking->pairs);
}

// What was flagged, and what the figures were without it.
static void write_outliers(FILE *page, const struct ranking *ranking)
{
    bool any = false;
    for (unsigned int row = 0; row < ranking->rows; row++)
        for (unsigned int figure = 0; figure < ranking->figures->count; figure++) {
            const struct ranking_cell *cell = &ranking->cell[row][figure];
            if (cell->outliers == 0)
                continue;
            fputs(any ? ""
                      : "<details><summary>Outliers, kept: with and without them</summary>\n<ul>\n",
                  page);
            any = true;
            fputs("<li>", page);
            html_text(page, ranking->row[row]->environment);
            fputs(", ", page);
            html_text(page, ranking->figures->figure[figure].name);
            fprintf(page, ": %u of %zu; mean ", cell->outliers, cell->runs);
            write_number(page, cell->sample.mean);
            fputs(", sd ", page);
            write_number(page, cell->sample.sd);
            fputs("; without mean ", page);
            write_number(page, cell->mean_without);
            fputs(", sd ", page);
            write_number(page, cell->sd_without);
            fputs("</li>\n", page);
        }
    if (any)
        fputs("</ul><p class=\"faint\">Further from the median than 14.8 times the median distance "
              "from it, or beyond the quartiles by more than 1.5 times what lies between them "
              "(Tukey).</p></details>\n",
              page);
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
    fputs("<tr><th scope=\"row\">", page);
    html_text(page, summary->environment);
    fputs("</th>", page);
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure))
            write_cell(page, &ranking->cell[row][figure]);
    fputs("<td>", page);
    write_number(page, summary->errors);
    fprintf(page, "</td><td>%u / %u / %u</td></tr>\n", summary->good, summary->voided,
            summary->failed);
}

static void write_table(FILE *page, const struct ranking *ranking)
{
    fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Figures\"><table>\n"
          "<thead><tr><th>environment</th>",
          page);
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        if (ranking_has(ranking, figure)) {
            fputs("<th>", page);
            html_text(page, ranking->figures->figure[figure].name);
            fputs("</th>", page);
        }
    fputs("<th>not answered<br>well, a run</th><th>runs good /<br>void / failed</th></tr></thead>\n"
          "<tbody>\n",
          page);
    for (unsigned int row = 0; row < ranking->rows; row++)
        write_row(page, ranking, row);
    fputs("</tbody></table></div>\n<p class=\"faint\">Means of the good runs; below them the 95 % "
          "interval and the standard deviation. A shaded cell is better than every other of its "
          "column, by verdict; * has outliers.</p>\n",
          page);
}

static void write_published_row(FILE *page, const struct scenario *scenario,
                                const struct published *published, const char *environment)
{
    fprintf(page, "<tr class=\"published\"><td>");
    html_text(page, published->name);
    fputs(*published->host ? ", " : "", page);
    html_text(page, published->host);
    fprintf(page, "</td><td class=\"text\">%s</td>", environment);
    for (size_t i = 0; i < scenario->figure_count; i++) {
        const struct published_value *value =
            published_value(published, scenario->figures[i]->name);
        fputs("<td>", page);
        if (value && value->text)
            html_text(page, value->text);
        else if (value)
            fprintf(page, "%.6g", value->number);
        fputs("</td>", page);
    }
    fputs("</tr>\n", page);
}

static void write_published(FILE *page, const struct report *report,
                            const struct scenario *scenario)
{
    if (scenario->published_count == 0)
        return;
    fputs("<h3>What the study published</h3>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"Published figures\"><table>\n"
          "<thead><tr><th>theirs</th><th class=\"text\">stands beside our</th>",
          page);
    for (size_t i = 0; i < scenario->figure_count; i++) {
        fputs("<th>", page);
        html_text(page, scenario->figures[i]->title);
        fputs(" ", page);
        html_text(page, scenario->figures[i]->unit);
        fputs("</th>", page);
    }
    fputs("</tr></thead>\n<tbody>\n", page);
    for (size_t i = 0; i < scenario->published_count; i++) {
        const struct published *published = &scenario->published[i];
        for (unsigned int row = 0; row < report->rows; row++)
            if (report->row[row]->scenario == scenario &&
                published_beside(report, published, report->row[row]))
                write_published_row(page, scenario, published, report->row[row]->environment);
    }
    fputs("</tbody></table></div>\n<p class=\"faint\">Another machine, another year, another load "
          "generator: for the shape of the result, not for its size.</p>\n",
          page);
}

void html_figures(FILE *page, const struct report *report, const struct ranking *ranking)
{
    write_table(page, ranking);
    write_verdicts(page, ranking);
    write_outliers(page, ranking);
    write_published(page, report, ranking->scenario);
}
