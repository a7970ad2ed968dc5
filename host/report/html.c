/* The page as a whole; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"

#include <string.h>

#include "clock.h"
#include "study/record.h"

void html_text(FILE *page, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", page);
            break;
        case '<':
            fputs("&lt;", page);
            break;
        case '>':
            fputs("&gt;", page);
            break;
        case '"':
            fputs("&quot;", page);
            break;
        default:
            putc(*text, page);
        }
}

// Calls do for each scenario that has rows, in their order. Returns 0, or the first failure.
static int each_scenario(FILE *page, const struct report *report, struct error *error,
                         int (*part)(FILE *page, const struct report *report,
                                     const struct scenario *scenario, struct error *error))
{
    const struct scenario *last = NULL;
    for (unsigned int i = 0; i < report->rows; i++) {
        if (report->row[i]->scenario == last)
            continue;
        last = report->row[i]->scenario;
        if (part(page, report, last, error) < 0)
            return -1;
    }
    return 0;
}

static int link_to(FILE *page, const struct report *report, const struct scenario *scenario,
                   struct error *error)
{
    (void)report;
    (void)error;
    fprintf(page, "<li><a href=\"#%s\">%s</a></li>\n", scenario->name, scenario->name);
    return 0;
}

static int write_scenario(FILE *page, const struct report *report, const struct scenario *scenario,
                          struct error *error)
{
    struct ranking ranking;
    int code = ranking_make(&ranking, report, scenario, error);
    if (code == 0) {
        fprintf(page, "<section id=\"%s\"><h2>%s</h2>\n<p>", scenario->name, scenario->name);
        html_text(page, scenario->summary);
        fputs("</p>\n", page);
        html_verdicts(page, &ranking);
        html_figures(page, report, &ranking);
        html_published(page, report, scenario);
        code = html_plots(page, report, &ranking, error);
        fputs("</section>\n", page);
    }
    ranking_release(&ranking);
    return code;
}

static void write_head(FILE *page, const struct report *report)
{
    fprintf(page,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<title>thrice: %s</title>\n<style>\n%s</style>\n</head>\n<body>\n",
            report->study->name, html_style);
}

// An emulated guest is never set beside a native process without a word.
static void write_accelerator(FILE *page, const struct report *report)
{
    const json_t *accelerator = json_object_get(report->manifest, "accelerator");
    const char *name = record_text(accelerator, "name");
    if (strcmp(name, "tcg") != 0)
        return;
    fputs("<p class=\"warn\">The guests were <strong>emulated</strong> by QEMU's TCG (", page);
    html_text(page, record_text(accelerator, "reason"));
    fputs("), the bare process and the container ran natively. Between the two kinds the figures "
          "show what emulation costs, not what virtualisation does: compare guests with "
          "guests.</p>\n",
          page);
}

static void write_intro(FILE *page, const struct report *report)
{
    fprintf(page, "<header><h1>What does each cost? The study <em>%s</em></h1>\n<p>",
            report->study->name);
    html_text(page, report->study->summary);
    fputs(". The same object file ran in every environment; protocol and published figures: ",
          page);
    html_text(page, report->study->source);
    fprintf(page, ". %zu runs, each a fresh boot, in shuffled blocks.</p>\n",
            json_array_size(report->records));
    write_accelerator(page, report);
    fputs("</header>\n<nav aria-label=\"Contents\"><ul>\n", page);
}

int html_page(FILE *page, const struct report *report, struct error *error)
{
    write_head(page, report);
    write_intro(page, report);
    each_scenario(page, report, error, link_to);
    fputs("<li><a href=\"#machine\">machine</a></li>\n<li><a href=\"#runs\">every run</a></li>\n"
          "</ul></nav>\n<main>\n",
          page);
    if (json_array_size(report->records) == 0)
        fputs("<p class=\"warn\">There are no records in this folder yet.</p>\n", page);
    if (each_scenario(page, report, error, write_scenario) < 0)
        return -1;
    html_machine(page, report);
    html_runs(page, report);
    fputs("</main>\n</body>\n</html>\n", page);
    return 0;
}
