/* Which answers of a burst TCP had to repeat segments for (repeats.h); see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"
#include "report/repeats.h"

static void write_times(FILE *page, const char *environment, const struct repeats *repeats,
                        int times)
{
    fputs("<tr><th scope=\"row\">", page);
    html_text(page, environment);
    fprintf(page, "</th><td>%d%s</td><td>", times, times == BURST_RETRANSMITS_MAX ? "+" : "");
    html_number(page, repeats->count[times] / repeats->runs);
    fputs("</td><td>", page);
    html_number(page, repeats->of_syn[times] / repeats->runs);
    fputs("</td><td>", page);
    html_number(page, repeats->sum_ms[times] / repeats->count[times]);
    fputs("</td></tr>\n", page);
}

static void write_row(FILE *page, const struct report *report, const struct summary *row)
{
    struct repeats repeats = repeats_of(report, row);
    for (int times = 0; repeats.repeated > 0 && times <= BURST_RETRANSMITS_MAX; times++)
        if (repeats.count[times] > 0)
            write_times(page, row->environment, &repeats, times);
}

void html_repeats(FILE *page, const struct report *report, const struct scenario *scenario)
{
    if (!repeats_has(report, scenario))
        return;
    fputs("<h3>Answers by what TCP had to repeat for them</h3>\n<div class=\"wide\" "
          "tabindex=\"0\" role=\"region\" aria-label=\"Repeats\"><table>\n<thead><tr><th></th>"
          "<th>times<br>repeated</th><th>connections<br>/run</th><th>of these<br>the SYN</th>"
          "<th>response<br>mean ms</th></tr></thead>\n<tbody>\n",
          page);
    for (unsigned int row = 0; row < report->rows; row++)
        if (report->row[row]->scenario == scenario)
            write_row(page, report, report->row[row]);
    fputs("</tbody></table></div>\n<p class=\"faint\">", page);
    html_text(page, repeats_words);
    fputs("</p>\n", page);
}
