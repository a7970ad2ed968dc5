/* The whole of what is known of each figure, its outliers included; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"

static void write_number(FILE *page, double value)
{
    fputs("<td>", page);
    html_number(page, value);
    fputs("</td>", page);
}

static void write_interval(FILE *page, const struct interval *interval)
{
    fputs("<td>", page);
    html_interval(page, interval);
    fputs("</td>", page);
}

static void write_outliers(FILE *page, const struct ranking_cell *cell)
{
    if (cell->outliers == 0) {
        fputs("<td>0</td><td class=\"faint\">-</td>", page);
        return;
    }
    fprintf(page, "<td>%u</td><td>", cell->outliers);
    html_number(page, cell->mean_without);
    fputs(", sd ", page);
    html_number(page, cell->sd_without);
    fputs("</td>", page);
}

static void write_row(FILE *page, const struct ranking *ranking, unsigned int row,
                      unsigned int figure)
{
    const struct ranking_cell *cell = &ranking->cell[row][figure];
    fputs("<tr><th scope=\"row\">", page);
    html_text(page, ranking->figures->figure[figure].name);
    fputs(", ", page);
    html_text(page, ranking->row[row]->environment);
    fprintf(page, "</th><td>%zu</td>", cell->runs);
    write_number(page, cell->sample.mean);
    if (cell->runs > 1) {
        write_number(page, cell->sample.sd);
        fprintf(page, "<td>%.1f</td>", 100 * sample_cv(&cell->sample));
    } else
        fputs("<td class=\"faint\">-</td><td class=\"faint\">-</td>", page); // of one run none
    write_number(page, cell->sample.value[0]);
    write_number(page, cell->sample.median);
    write_number(page, cell->sample.value[cell->runs - 1]);
    write_interval(page, &cell->mean);
    write_interval(page, &cell->exact);
    write_outliers(page, cell);
    fputs("</tr>\n", page);
}

void html_moments(FILE *page, const struct ranking *ranking)
{
    fputs("<details><summary>Every figure in full: deviations, medians, both intervals, outliers"
          "</summary>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Figures in "
          "full\"><table>\n<thead><tr><th></th><th>runs</th><th>mean</th><th>sd</th><th>CV %</th>"
          "<th>min</th><th>median</th><th>max</th><th>95 %, BCa<br>bootstrap</th>"
          "<th>95 %,<br>Student</th><th>out-<br>liers</th><th>mean without<br>them</th></tr>"
          "</thead>\n<tbody>\n",
          page);
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        for (unsigned int row = 0; row < ranking->rows; row++)
            if (ranking->cell[row][figure].runs > 0)
                write_row(page, ranking, row, figure);
    fputs("</tbody></table></div>\n<p class=\"faint\">Outliers are flagged and kept: further from "
          "the median than 14.8 times the median distance from it, or beyond the quartiles by more "
          "than 1.5 times what lies between them (Tukey). Of fewer than ten runs none is flagged."
          "</p></details>\n",
          page);
}
