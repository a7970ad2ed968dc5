/* The plots of a scenario; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "report/html.h"
#include "report/svg.h"
#include "study/record.h"

int html_plot_set(FILE *page, struct plot *plot, const char *caption, const size_t *runs,
                  size_t count, struct error *error)
{
    char *svg = plot_svg(plot, error);
    if (!svg && error->code == EXIT_LACKING) {
        fprintf(page, "<p class=\"warn\">No plot: %s.</p>\n", error->text);
        return 0;
    }
    if (!svg)
        return -1;
    fputs("<figure>", page);
    svg_write(page, svg, caption, runs, count);
    fputs("<figcaption>", page);
    html_text(page, caption);
    fputs("</figcaption></figure>\n", page);
    free(svg);
    return 0;
}

// Which of its colours and shapes is which environment's, once for all plots of a scenario.
void html_legend(FILE *page, const struct report *report, const struct ranking *ranking)
{
    fputs("<p class=\"legend\">", page);
    for (unsigned int row = 0; row < ranking->rows; row++) {
        unsigned int colour = html_colour(report, ranking->row[row]->environment);
        fprintf(page,
                "<span class=\"c%u\"><svg viewBox=\"-15 -6 30 12\" aria-hidden=\"true\"><path "
                "d=\"M-15,0 H15\" stroke=\"currentColor\" stroke-width=\"2\"/><use "
                "href=\"#gpPt%d\" transform=\"scale(4)\"/></svg> ",
                colour, plot_point((int)colour));
        html_text(page, ranking->row[row]->environment);
        fputs("</span> ", page);
    }
    fputs("</p>\n", page);
}

// Runs of a moment have no course.
static bool has_series(const struct report *report, const struct ranking *ranking)
{
    size_t i;
    json_t *record;
    json_array_foreach(report->records, i, record)
    {
        const json_t *samples = json_object_get(record, "samples");
        if (record_is(record, "scenario", ranking->scenario->name) &&
            json_array_size(json_object_get(samples, "samples")) > 0)
            return true;
    }
    return false;
}

int html_plots(FILE *page, const struct report *report, const struct ranking *ranking,
               struct error *error)
{
    unsigned int good = 0;
    for (unsigned int row = 0; row < ranking->rows; row++)
        good += ranking->row[row]->good;
    if (good == 0)
        return 0;
    html_legend(page, report, ranking);
    fputs("<div class=\"plots\">\n", page);
    if (html_plot_boot(page, report, ranking, error) < 0 ||
        html_plot_ramp(page, report, ranking, error) < 0 ||
        html_plot_latency(page, report, ranking, error) < 0 ||
        html_plot_spread(page, report, ranking, error) < 0 ||
        html_plot_runs(page, report, ranking, error) < 0)
        return -1;
    fputs("</div>\n<details><summary>Mean and standard deviation as bars, as the studies drew "
          "them</summary>\n<div class=\"plots\">\n",
          page);
    if (html_plot_bars(page, report, ranking, error) < 0)
        return -1;
    fputs("</div></details>\n", page);
    if (!has_series(report, ranking))
        return 0;
    fputs("<details><summary>CPU and memory over time, in each run</summary>\n"
          "<div class=\"plots\">\n",
          page);
    if (html_plot_series(page, report, ranking, error) < 0)
        return -1;
    fputs("</div></details>\n", page);
    return 0;
}
