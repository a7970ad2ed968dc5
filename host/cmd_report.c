/* thrice report DIR: the table of a study's records, again. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"
#include "report/report.h"
#include "verb.h"

struct report_options {
    const char *path;
    bool json;
};

enum { OPTION_JSON = 256 };

static const struct argp_option options[] = {
    {"json", OPTION_JSON, NULL, 0, "As JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct report_options *report = options_input(state);
    switch (key) {
    case OPTION_JSON:
        report->json = true;
        return 0;
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

static const struct argp argp = {
    options, parse, "DIR", "Prints the table of the records in a folder of `thrice run`.",
    NULL,    NULL,  NULL};

int cmd_report(int argc, char **argv, struct error *error)
{
    struct report_options report = {0};
    if (options_parse(&argp, argc, argv, &report, error) < 0)
        return -1;
    return report_print(report.path, report.json, error);
}
