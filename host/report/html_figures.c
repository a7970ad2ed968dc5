/* Figures of a scenario; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/notes.h"
#include "report/number_text.h"

void html_number(FILE *page, double value)
{
    char text[NUMBER_TEXT_BYTES];
    fputs(number_text(text, value), page);
}

void html_interval(FILE *page, const struct interval *interval)
{
    if (!interval_is_known(interval)) {
        fputs("one run", page);
        return;
    }
    html_number(page, interval->low);
    fputs(" to ", page);
    html_number(page, interval->high);
}

static void write_cell(FILE *page, const struct ranking_cell *cell)
{
    if (cell->runs == 0) {
        fputs("<td class=\"faint\">-</td>", page);
        return;
    }
    fputs(cell->best ? "<td class=\"best\">" : "<td>", page);
    html_number(page, cell->sample.mean);
    if (cell->outliers > 0)
        fputs(" <abbr title=\"with outliers, which are kept\">*</abbr>", page);
    fputs("<small>", page);
    html_interval(page, &cell->mean);
    fputs("</small>", page);
    if (cell->runs > 1) {
        fputs("<small>sd ", page);
        html_number(page, cell->sample.sd);
        fputs("</small>", page);
    }
    fputs("</td>", page);
}

// Those of the other kinds are figures of theirs.
static bool has_errors(const struct scenario *scenario)
{
    return scenario_is(scenario, "http") || scenario_is(scenario, "udp");
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
    if (has_errors(ranking->scenario)) {
        fputs("<td>", page);
        html_number(page, summary->errors);
        fputs("</td>", page);
    }
    fprintf(page, "<td>%u / %u / %u</td></tr>\n", summary->good, summary->voided, summary->failed);
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
    if (has_errors(ranking->scenario))
        fputs("<th>not answered<br>well, a run</th>", page);
    fputs("<th>runs good /<br>void / failed</th></tr></thead>\n"
          "<tbody>\n",
          page);
    for (unsigned int row = 0; row < ranking->rows; row++)
        write_row(page, ranking, row);
    fputs("</tbody></table></div>\n<p class=\"faint\">Means of the good runs; below them the 95 % "
          "interval and the standard deviation. A shaded cell is better than every other of its "
          "column, by verdict; * has outliers.</p>\n",
          page);
}

static void write_notes(FILE *page, const struct report *report, const struct scenario *scenario)
{
    char *notes = notes_text(report, scenario), *rest = notes, *line;
    while (rest && (line = strsep(&rest, "\n")) && *line) {
        fputs("<p class=\"faint\">", page);
        html_text(page, line);
        fputs("</p>\n", page);
    }
    free(notes);
}

void html_figures(FILE *page, const struct report *report, const struct ranking *ranking)
{
    write_table(page, ranking);
    write_notes(page, report, ranking->scenario);
    html_verdicts(page, ranking);
    html_moments(page, ranking);
    html_repeats(page, report, ranking->scenario);
    html_published(page, report, ranking->scenario);
}
