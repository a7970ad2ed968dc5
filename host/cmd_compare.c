/* thrice compare A B: two folders of results, figure by figure, with a verdict for each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "number.h"
#include "options.h"
#include "report/compare.h"
#include "verb.h"

struct options {
    struct compare_options compare;
    unsigned int paths;
    bool json;
};

enum { OPTION_JSON = 256, OPTION_THRESHOLD, OPTION_DIFFERENT_SETUP, THRESHOLD_PERCENT_MAX = 1000 };

static const struct argp_option options[] = {
    {"threshold", OPTION_THRESHOLD, "PERCENT", 0, "Smaller differences count as none (5)", 0},
    {"different-setup", OPTION_DIFFERENT_SETUP, NULL, 0,
     "Compare in spite of other accelerators, machines, managers, engines, memory, loads or "
     "objects",
     0},
    {"json", OPTION_JSON, NULL, 0, "As JSON", 0},
    {0},
};

static int take_path(struct options *taken, const char *path, struct error *error)
{
    if (taken->paths == 2)
        return error_set(error, EXIT_USAGE, "unexpected '%.40s': two folders are compared", path);
    taken->compare.path[taken->paths++] = path;
    return 0;
}

static int take_threshold(struct options *taken, const char *text, struct error *error)
{
    uint64_t percent;
    if (number_parse("--threshold", text, 0, THRESHOLD_PERCENT_MAX, &percent, error) < 0)
        return -1;
    taken->compare.threshold = (double)percent / 100;
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *taken = options_input(state);
    switch (key) {
    case OPTION_JSON:
        taken->json = true;
        return 0;
    case OPTION_DIFFERENT_SETUP:
        taken->compare.different_setup = true;
        return 0;
    case OPTION_THRESHOLD:
        return take_threshold(taken, argument, options_error(state)) < 0 ? EINVAL : 0;
    case ARGP_KEY_ARG:
        return take_path(taken, argument, options_error(state)) < 0 ? EINVAL : 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    options,
    parse,
    "A B",
    "Compares two folders of `thrice run`, as before and after a change. Ends with status 1 when a "
    "figure of B is worse.",
    NULL,
    NULL,
    NULL};

int cmd_compare(int argc, char **argv, struct error *error)
{
    struct options taken = {.compare.threshold = VERDICT_THRESHOLD};
    struct compare compare = {0};
    if (options_parse(&argp, argc, argv, &taken, error) < 0)
        return -1;
    if (taken.paths != 2)
        return error_set(error, EXIT_USAGE, "which two folders? thrice compare BEFORE AFTER");
    int code = compare_make(&compare, &taken.compare, error);
    if (code == 0) {
        if (taken.json)
            compare_json(&compare, &taken.compare);
        else
            compare_text(&compare, &taken.compare);
        code = compare_is_worse(&compare) ? EXIT_WORSE : EXIT_GOOD;
    }
    compare_release(&compare);
    return code;
}
