/* The page as a whole; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"

#include <string.h>

#include "report/conditions.h"
#include "report/published.h"
#include "report/svg.h"
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

static bool is_first_of_its_environment(const struct report *report, unsigned int row)
{
    for (unsigned int i = 0; i < row; i++)
        if (strcmp(report->row[i]->environment, report->row[row]->environment) == 0)
            return false;
    return true;
}

// Which of our environments it is, from 0; -1 for a guest that is not ours.
static int known_place(const char *environment)
{
    static const char *const known[] = {"native", "container", "unikernel", "microvm", "vm"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i], environment) == 0)
            return (int)i;
    return -1;
}

static bool is_taken(const struct report *report, unsigned int colour)
{
    for (unsigned int i = 0; i < report->rows; i++)
        if (known_place(report->row[i]->environment) + 1 == (int)colour)
            return true;
    return false;
}

// Guests that are not ours take turns with the colours that are left, from the last.
unsigned int html_colour(const struct report *report, const char *environment)
{
    int known = known_place(environment);
    unsigned int colour = PLOT_COLOURS + 1;
    if (known >= 0)
        return (unsigned int)known + 1;
    for (unsigned int i = 0; i < report->rows; i++) {
        if (known_place(report->row[i]->environment) >= 0 ||
            !is_first_of_its_environment(report, i))
            continue;
        do
            colour = colour > 1 ? colour - 1 : PLOT_COLOURS;
        while (colour != PLOT_COLOURS && is_taken(report, colour));
        if (strcmp(report->row[i]->environment, environment) == 0)
            break;
    }
    return colour <= PLOT_COLOURS ? colour : PLOT_COLOURS;
}

static void write_head(FILE *page, const struct report *report)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<title>thrice: ",
          page);
    html_text(page, report->study->name);
    fprintf(page, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", html_style);
    fputs(SVG_POINTS, page);
}

// "a, b and c" of all environments.
static void write_environments(FILE *page, const struct report *report)
{
    unsigned int count = 0, written = 0;
    for (unsigned int i = 0; i < report->rows; i++)
        count += is_first_of_its_environment(report, i);
    for (unsigned int i = 0; i < report->rows; i++) {
        if (!is_first_of_its_environment(report, i))
            continue;
        fputs(written == 0 ? "" : written + 1 == count ? " and " : ", ", page);
        fprintf(page, "<b class=\"c%u\">", html_colour(report, report->row[i]->environment));
        html_text(page, report->row[i]->environment);
        fputs("</b>", page);
        written++;
    }
}

// An emulated guest is never set beside a native process without a word.
static void write_accelerator(FILE *page, const struct report *report)
{
    const json_t *accelerator = json_object_get(report->manifest, "accelerator");
    if (!record_is(accelerator, "name", "tcg") || !report_has_guests(report))
        return;
    fputs("<p class=\"warn\">The guests were <strong>emulated</strong> by QEMU's TCG (", page);
    html_text(page, record_text(accelerator, "reason"));
    fputs(report_has(report, "native") || report_has(report, "container")
              ? "); what is no guest ran natively. Between the two kinds the figures show what "
                "emulation costs, not what virtualisation does: compare guests with guests.</p>\n"
              : ").</p>\n",
          page);
}

static void write_fact(FILE *page, const char *name, const char *value)
{
    if (!*value)
        return;
    fprintf(page, "<div><dt>%s</dt><dd>", name);
    html_text(page, value);
    fputs("</dd></div>\n", page);
}

static void write_facts(FILE *page, const struct report *report)
{
    const json_t *host = json_object_get(report->manifest, "host");
    const json_t *accelerator = json_object_get(report->manifest, "accelerator");
    char runs[120], processor[200];
    snprintf(runs, sizeof runs,
             "%zu (%zu planned, void ones repeated), each a fresh boot, in shuffled blocks",
             json_array_size(report->records),
             json_array_size(json_object_get(report->manifest, "order")));
    snprintf(processor, sizeof processor, "%.120s, %lld CPUs", record_text(host, "cpu"),
             (long long)json_integer_value(json_object_get(host, "cpus")));
    fputs("<dl class=\"facts\">\n", page);
    write_fact(page, "runs", runs);
    write_fact(page, "processor", processor);
    write_fact(page, "guests' accelerator", record_text(accelerator, "name"));
    write_fact(page, "begun", record_text(json_array_get(report->records, 0), "started"));
    write_fact(page,
               published_any(report, NULL) ? "protocol, published figures"
                                           : "protocol; published figures: not available",
               report->study->source);
    fputs("</dl>\n", page);
}

static void write_intro(FILE *page, const struct report *report)
{
    fputs("<header>\n<p class=\"kicker\">thrice, study ", page);
    html_text(page, report->study->name);
    fputs("</p>\n<h1>The same server as ", page);
    write_environments(page, report);
    fputs(": what does each cost?</h1>\n<p class=\"lead\">The study: ", page);
    html_text(page, report->study->summary);
    fputs(". One object file, compiled once, ran in every environment.</p>\n", page);
    write_facts(page, report);
    write_accelerator(page, report);
    fputs("</header>\n", page);
}

static void write_contents(FILE *page, const struct report *report, const struct rankings *rankings)
{
    fputs("<nav aria-label=\"Contents\"><ul>\n<li><a href=\"#glance\">At a glance</a></li>\n"
          "<li><a href=\"#trust\">Can it be believed?</a></li>\n",
          page);
    if (html_has_curves(report, rankings))
        fputs("<li><a href=\"#curves\">What grows with what</a></li>\n", page);
    for (size_t i = 0; i < rankings->count; i++) {
        fprintf(page, "<li><a href=\"#scenario-%zu\">", i);
        html_text(page, rankings->ranking[i].scenario->name);
        fputs("</a></li>\n", page);
    }
    fputs(
        "<li><a href=\"#machine\">The machine</a></li>\n<li><a href=\"#runs\">Every run</a></li>\n"
        "</ul></nav>\n",
        page);
}

static int write_scenario(FILE *page, const struct report *report, const struct rankings *rankings,
                          size_t index, struct error *error)
{
    const struct ranking *ranking = &rankings->ranking[index];
    char words[CONDITIONS_BYTES];
    report_conditions(report, ranking->scenario, words);
    fprintf(page, "<section id=\"scenario-%zu\"><h2>", index);
    html_text(page, ranking->scenario->name);
    fputs("</h2>\n<p>", page);
    html_text(page, ranking->scenario->summary);
    html_text(page, words);
    fputs(".</p>\n", page);
    html_figures(page, report, ranking);
    if (html_plots(page, report, ranking, error) < 0)
        return -1;
    fputs("</section>\n", page);
    return 0;
}

static int write_body(FILE *page, const struct report *report, const struct rankings *rankings,
                      struct error *error)
{
    write_contents(page, report, rankings);
    fputs("<main>\n", page);
    if (json_array_size(report->records) == 0)
        fputs("<p class=\"warn\">There are no records in this folder yet.</p>\n", page);
    html_glance(page, rankings);
    if (html_trust(page, report, rankings, error) < 0 ||
        html_curves(page, report, rankings, error) < 0)
        return -1;
    for (size_t i = 0; i < rankings->count; i++)
        if (write_scenario(page, report, rankings, i, error) < 0)
            return -1;
    html_machine(page, report);
    html_runs(page, report);
    fputs("</main>\n</body>\n</html>\n", page);
    return 0;
}

int html_page(FILE *page, const struct report *report, struct error *error)
{
    struct rankings rankings;
    int code = rankings_make(&rankings, report, error);
    if (code == 0) {
        write_head(page, report);
        write_intro(page, report);
        code = write_body(page, report, &rankings, error);
    }
    rankings_release(&rankings);
    return code;
}
