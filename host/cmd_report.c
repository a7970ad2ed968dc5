/* thrice report DIR: a study's records in one of its formats. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "options.h"
#include "report/report.h"
#include "verb.h"

struct report_options {
    const char *path;
    enum report_format format;
};

enum { OPTION_JSON = 256, OPTION_FORMAT };

static const struct argp_option options[] = {
    {"format", OPTION_FORMAT, "FORMAT", 0,
     "text, json, html, markdown, or csv: the records themselves, one row a run (text)", 0},
    {"json", OPTION_JSON, NULL, 0, "The same as --format json", 0},
    {0},
};

static int take_format(struct report_options *report, const char *name, struct error *error)
{
    static const char *const names[] = {
        [REPORT_TEXT] = "text", [REPORT_JSON] = "json",         [REPORT_CSV] = "csv",
        [REPORT_HTML] = "html", [REPORT_MARKDOWN] = "markdown", NULL};
    for (int i = 0; names[i]; i++)
        if (strcmp(name, names[i]) == 0) {
            report->format = (enum report_format)i;
            return 0;
        }
    return nearest_unknown(error, "format", name, names);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct report_options *report = options_input(state);
    switch (key) {
    case OPTION_JSON:
        report->format = REPORT_JSON;
        return 0;
    case OPTION_FORMAT:
        return take_format(report, argument, options_error(state)) < 0 ? EINVAL : 0;
    case ARGP_KEY_ARG:
        if (report->path) {
            error_set(options_error(state), EXIT_USAGE, "unexpected '%.40s': one folder at a time",
                      argument);
            return EINVAL;
        }
        report->path = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        error_set(options_error(state), EXIT_USAGE,
                  "which folder? thrice report build/results/oslo-...");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options,
                                 parse,
                                 "DIR",
                                 "Prints what the records in a folder of `thrice run` say; as text "
                                 "it also writes report.html, a "
                                 "page with plots, and report.md into the folder.",
                                 NULL,
                                 NULL,
                                 NULL};

int cmd_report(int argc, char **argv, struct error *error)
{
    struct report_options report = {0};
    if (options_parse(&argp, argc, argv, &report, error) < 0)
        return -1;
    if (report_print(report.path, report.format, error) < 0)
        return -1;
    if (report.format != REPORT_TEXT)
        return 0;
    if (report_files(report.path, error) < 0)
        return -1;
    printf("Page: %s/report.html\n", report.path);
    return 0;
}
