/* The machine, and every run of the study; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "report/html.h"
#include "study/record.h"

static void write_value(FILE *page, const json_t *value)
{
    size_t i;
    json_t *element;
    if (json_is_string(value))
        html_text(page, json_string_value(value));
    else if (json_is_array(value)) {
        json_array_foreach(value, i, element)
        {
            fputs(i > 0 ? " " : "", page);
            write_value(page, element);
        }
    } else if (json_is_number(value))
        fprintf(page, "%.15g", json_number_value(value));
    else
        fputs(json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "-", page);
}

static void write_pairs(FILE *page, const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        fputs("<tr><th scope=\"row\">", page);
        html_text(page, key);
        fputs("</th><td class=\"code\">", page);
        write_value(page, value);
        fputs("</td></tr>\n", page);
    }
}

void html_machine(FILE *page, const struct report *report)
{
    static const char *const parts[] = {"host", "accelerator", "cpus", "versions", "sha256"};
    fputs("<section id=\"machine\"><h2>The machine, and what ran on it</h2>\n"
          "<div class=\"wide\" tabindex=\"0\"><table><tbody>\n",
          page);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        write_pairs(page, json_object_get(report->manifest, parts[i]));
    fputs("<tr><th scope=\"row\">guests' machine</th><td class=\"code\">", page);
    write_value(page, json_object_get(report->manifest, "machine"));
    fputs("</td></tr>\n<tr><th scope=\"row\">seed</th><td class=\"code\">", page);
    write_value(page, json_object_get(report->manifest, "seed"));
    fputs("</td></tr>\n<tr><th scope=\"row\">command</th><td class=\"code\">", page);
    write_value(page, json_object_get(report->manifest, "command"));
    fputs("</td></tr>\n</tbody></table></div></section>\n", page);
}

static void write_run(FILE *page, const struct report *report, const json_t *record)
{
    fprintf(page, "<tr><td>%lld</td><td>%lld</td><td class=\"text\">",
            (long long)json_integer_value(json_object_get(record, "run")),
            (long long)json_integer_value(json_object_get(record, "block")));
    html_text(page, record_text(record, "scenario"));
    fputs("</td><td class=\"text\">", page);
    html_text(page, record_text(record, "environment"));
    fputs("</td><td class=\"text\">", page);
    html_text(page, record_text(record, "status"));
    fputs(*record_text(record, "reason") ? ": " : "", page);
    html_text(page, record_text(record, "reason"));
    fputs("</td>", page);
    for (size_t i = 0; i < report->figures.count; i++) {
        double value = figure_of(&report->figures.figure[i], record);
        if (isnan(value))
            fputs("<td class=\"faint\">-</td>", page);
        else
            fprintf(page, "<td>%.4g</td>", value);
    }
    fputs("<td class=\"text\"><details><summary>command</summary><code>", page);
    write_value(page, json_object_get(record, "argv"));
    fputs("</code></details></td></tr>\n", page);
}

void html_runs(FILE *page, const struct report *report)
{
    size_t i;
    json_t *record;
    fputs("<section id=\"runs\"><h2>Every run, in order</h2>\n<p>The records themselves, with "
          "histograms and all else that was read, are the lines of <code>records.jsonl</code> "
          "beside this page.</p>\n<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>"
          "<th>run</th><th>block</th><th class=\"text\">scenario</th>"
          "<th class=\"text\">environment</th><th class=\"text\">status</th>",
          page);
    for (i = 0; i < report->figures.count; i++)
        fprintf(page, "<th>%s</th>", report->figures.figure[i].name);
    fputs("<th class=\"text\"></th></tr></thead>\n<tbody>\n", page);
    json_array_foreach(report->records, i, record) write_run(page, report, record);
    fputs("</tbody></table></div></section>\n", page);
}
