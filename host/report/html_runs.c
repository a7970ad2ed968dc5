/* The machine, and every run of the study; see html.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/number_text.h"
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

static void write_pair(FILE *page, const char *key, const json_t *value)
{
    fputs("<tr><th scope=\"row\">", page);
    html_text(page, key);
    fputs("</th><td class=\"code\">", page);
    write_value(page, value);
    fputs("</td></tr>\n", page);
}

static void write_pairs(FILE *page, const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        write_pair(page, key, value);
    }
}

void html_machine(FILE *page, const struct report *report)
{
    static const char *const parts[] = {"host", "accelerator", "cpus", "versions", "sha256"};
    static const char *const keys[] = {"machine", "memory_mib", "seed", "command"};
    fputs("<section id=\"machine\"><h2>The machine, and what ran on it</h2>\n"
          "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"The machine\">"
          "<table><tbody>\n",
          page);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        write_pairs(page, json_object_get(report->manifest, parts[i]));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        write_pair(page, keys[i], json_object_get(report->manifest, keys[i]));
    fputs("</tbody></table></div></section>\n", page);
}

// The record without its series and histograms, which fill most of it.
static void write_raw(FILE *page, const json_t *record)
{
    json_t *copy = json_deep_copy(record);
    json_object_del(copy, "samples");
    json_object_del(json_object_get(copy, "load"), "histograms");
    json_object_del(json_object_get(copy, "load"), "seconds");
    char *text = json_dumps(copy, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    fputs("<pre tabindex=\"0\">", page);
    html_text(page, text ? text : "");
    fputs("</pre>", page);
    free(text);
    json_decref(copy);
}

static void write_status(FILE *page, const json_t *record)
{
    bool good = record_is(record, "status", run_status_name(RUN_GOOD));
    fputs(good ? "<td class=\"text\">" : "<td class=\"text off\">", page);
    html_text(page, record_text(record, "status"));
    fputs(*record_text(record, "reason") ? ": " : "", page);
    html_text(page, record_text(record, "reason"));
    fputs("</td>", page);
}

static void write_figures(FILE *page, const struct report *report, const json_t *record)
{
    for (size_t i = 0; i < report->figures.count; i++) {
        char text[NUMBER_TEXT_BYTES];
        double value = figure_of(&report->figures.figure[i], record);
        if (isnan(value))
            fputs("<td class=\"faint\">-</td>", page);
        else
            fprintf(page, "<td>%s</td>", number_text(text, value));
    }
}

static void write_run(FILE *page, const struct report *report, size_t index, const json_t *record)
{
    fprintf(page, "<tr id=\"run-%zu\"><td>%zu</td><td>%lld</td><td class=\"text\">", index, index,
            (long long)json_integer_value(json_object_get(record, "block")));
    html_text(page, record_text(record, "scenario"));
    fprintf(page, "</td><td class=\"text\"><span class=\"c%u\"><i></i></span> ",
            html_colour(report, record_text(record, "environment")));
    html_text(page, record_text(record, "environment"));
    fputs("</td>", page);
    write_status(page, record);
    write_figures(page, report, record);
    fputs("<td class=\"text\"><details><summary>command, record</summary><code>", page);
    write_value(page, json_object_get(record, "argv"));
    fputs("</code>", page);
    write_raw(page, record);
    fputs("</details></td></tr>\n", page);
}

void html_runs(FILE *page, const struct report *report)
{
    size_t i;
    json_t *record;
    fputs(
        "<section id=\"runs\"><h2>Every run, in order</h2>\n<p>Blocks are shuffled with the seed "
        "above. The whole records, with histograms and series, are the lines of "
        "<a href=\"records.jsonl\">records.jsonl</a> beside this page; a row for each is in "
        "<a href=\"records.csv\">records.csv</a>.</p>\n"
        "<div class=\"wide runs\" tabindex=\"0\" role=\"region\" aria-label=\"Every run\"><table>\n"
        "<thead><tr><th>run</th><th>block</th><th class=\"text\">scenario</th>"
        "<th class=\"text\">environment</th><th class=\"text\">status</th>",
        page);
    for (i = 0; i < report->figures.count; i++) {
        fputs("<th>", page);
        html_text(page, report->figures.figure[i].name);
        fputs("</th>", page);
    }
    fputs("<th class=\"text\">all of it</th></tr></thead>\n<tbody>\n", page);
    json_array_foreach(report->records, i, record)
    {
        write_run(page, report, i, record);
    }
    fputs("</tbody></table></div></section>\n", page);
}
