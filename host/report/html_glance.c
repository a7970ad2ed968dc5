/* The page's table of verdicts, environments by scenarios; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "report/html.h"

static void write_cell(FILE *page, const struct ranking *ranking, unsigned int row)
{
    unsigned int figure = ranking_first_figure(ranking);
    const struct ranking_cell *cell = &ranking->cell[row][figure];
    if (cell->runs == 0) {
        fputs("<td class=\"faint\">-</td>", page);
        return;
    }
    fputs(cell->best ? "<td class=\"best\">" : "<td>", page);
    html_number(page, cell->sample.mean);
    fputs(cell->best ? " <abbr>best</abbr><small>" : "<small>", page);
    html_interval(page, &cell->mean);
    fputs("</small></td>", page);
}

// The row of an environment in a scenario; there need be none.
static void write_cell_of(FILE *page, const struct ranking *ranking, const char *environment)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (strcmp(ranking->row[row]->environment, environment) == 0) {
            write_cell(page, ranking, row);
            return;
        }
    fputs("<td></td>", page);
}

static bool is_new(const struct rankings *rankings, size_t index, const char *environment)
{
    for (size_t i = 0; i < index; i++)
        for (unsigned int row = 0; row < rankings->ranking[i].rows; row++)
            if (strcmp(rankings->ranking[i].row[row]->environment, environment) == 0)
                return false;
    return true;
}

static void write_heads(FILE *page, const struct rankings *rankings)
{
    fputs("<thead><tr><th>environment</th>", page);
    for (size_t i = 0; i < rankings->count; i++) {
        const struct ranking *ranking = &rankings->ranking[i];
        fprintf(page, "<th><a href=\"#scenario-%zu\">", i);
        html_text(page, ranking->scenario->name);
        fputs("</a><br>", page);
        html_text(page, ranking->figures->figure[ranking_first_figure(ranking)].name);
        fputs("</th>", page);
    }
    fputs("</tr></thead>\n", page);
}

static bool is_told(const struct rankings *rankings, size_t index, unsigned int row)
{
    const char *doubt = rankings->ranking[index].doubt[row];
    for (size_t i = 0; i <= index; i++)
        for (unsigned int r = 0; r < (i < index ? rankings->ranking[i].rows : row); r++)
            if (strcmp(rankings->ranking[i].doubt[r], doubt) == 0)
                return true;
    return false;
}

// Why nothing can be told, each reason once.
static void write_doubts(FILE *page, const struct rankings *rankings)
{
    unsigned int told = 0;
    for (size_t i = 0; i < rankings->count; i++)
        for (unsigned int row = 0; row < rankings->ranking[i].rows; row++) {
            const char *doubt = rankings->ranking[i].doubt[row];
            if (!*doubt || is_told(rankings, i, row))
                continue;
            fputs(told++ > 0 ? "; " : "<p class=\"warn\"><strong>No verdict</strong>: ", page);
            html_text(page, doubt);
        }
    fputs(told > 0 ? ".</p>\n" : "", page);
}

void html_glance(FILE *page, const struct rankings *rankings)
{
    fputs("<section id=\"glance\"><h2>At a glance</h2>\n<div class=\"wide\" tabindex=\"0\" "
          "role=\"region\" aria-label=\"At a glance\"><table class=\"glance\">\n",
          page);
    write_heads(page, rankings);
    fputs("<tbody>\n", page);
    for (size_t i = 0; i < rankings->count; i++)
        for (unsigned int row = 0; row < rankings->ranking[i].rows; row++) {
            const char *environment = rankings->ranking[i].row[row]->environment;
            if (!is_new(rankings, i, environment))
                continue;
            fputs("<tr><th scope=\"row\">", page);
            html_text(page, environment);
            fputs("</th>", page);
            for (size_t other = 0; other < rankings->count; other++)
                write_cell_of(page, &rankings->ranking[other], environment);
            fputs("</tr>\n", page);
        }
    fprintf(page,
            "</tbody></table></div>\n<p class=\"faint\">Means of the good runs, and their 95 %% "
            "intervals (BCa bootstrap over runs). A cell is marked best only where it is better "
            "than every other of its column by more than %.0f %%, each with p &lt; %.2g (paired "
            "permutation test over blocks, adjusted by Holm).</p>\n",
            100 * VERDICT_THRESHOLD, VERDICT_LEVEL);
    write_doubts(page, rankings);
    fputs("</section>\n", page);
}
