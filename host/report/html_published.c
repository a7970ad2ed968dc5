/* What the study published of a scenario; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "report/html.h"
#include "report/published.h"

static bool is_published(const struct scenario *scenario, size_t figure)
{
    for (size_t i = 0; i < scenario->published_count; i++)
        if (published_value(&scenario->published[i], scenario->figures[figure]->name))
            return true;
    return false;
}

static void write_value(FILE *page, const struct published_value *value)
{
    fputs("<td>", page);
    if (value && value->text)
        html_text(page, value->text);
    else if (value)
        fprintf(page, "%.6g", value->number);
    fputs("</td>", page);
}

static void write_row(FILE *page, const struct scenario *scenario,
                      const struct published *published, const char *environment)
{
    fputs("<tr class=\"published\"><td>", page);
    html_text(page, published->name);
    fputs(*published->host ? ", " : "", page);
    html_text(page, published->host);
    fputs("</td><td class=\"text\">", page);
    html_text(page, environment);
    fputs("</td>", page);
    for (size_t i = 0; i < scenario->figure_count; i++)
        if (is_published(scenario, i))
            write_value(page, published_value(published, scenario->figures[i]->name));
    fputs("</tr>\n", page);
}

static void write_heads(FILE *page, const struct scenario *scenario)
{
    fputs("<thead><tr><th>theirs</th><th class=\"text\">stands beside our</th>", page);
    for (size_t i = 0; i < scenario->figure_count; i++) {
        if (!is_published(scenario, i))
            continue;
        fputs("<th>", page);
        html_text(page, scenario->figures[i]->title);
        fputs(" ", page);
        html_text(page, scenario->figures[i]->unit);
        fputs("</th>", page);
    }
    fputs("</tr></thead>\n", page);
}

static bool has_ticks(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->figure_count; i++)
        if (strcmp(scenario->figures[i]->name, "ticks") == 0 && is_published(scenario, i))
            return true;
    return false;
}

void html_published(FILE *page, const struct report *report, const struct scenario *scenario)
{
    if (scenario->published_count == 0)
        return;
    fputs("<h3>What the study published</h3>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"Published figures\"><table>\n",
          page);
    write_heads(page, scenario);
    fputs("<tbody>\n", page);
    for (size_t i = 0; i < scenario->published_count; i++) {
        const struct published *published = &scenario->published[i];
        for (unsigned int row = 0; row < report->rows; row++)
            if (report->row[row]->scenario == scenario &&
                published_beside(report, published, report->row[row]))
                write_row(page, scenario, published, report->row[row]->environment);
    }
    fprintf(
        page,
        "</tbody></table></div>\n<p class=\"faint\">Another machine, another year, another load "
        "generator%s: for the shape of the result, not for its size.</p>\n",
        has_ticks(scenario) ? ", and ticks of the study's own, longer load" : "");
}
