/* thrice list: payloads, environments and studies. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "environment/engine.h"
#include "environment/environment.h"
#include "environment/payload.h"
#include "options.h"
#include "study/study.h"
#include "verb.h"

enum { OPTION_JSON = 256 }; // above any character: no short form

static const struct argp_option options[] = {
    {"json", OPTION_JSON, NULL, 0, "As JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    bool *json = options_input(state);
    switch (key) {
    case OPTION_JSON:
        *json = true;
        return 0;
    case ARGP_KEY_ARG:
        error_set(options_error(state), EXIT_USAGE, "list takes no '%.40s'", argument);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    options, parse, NULL, "Lists payloads, environments, and studies with their scenarios.",
    NULL,    NULL,  NULL};

// A file that cannot be read is said so, and is no reason to hide the others.
static void each_study(void (*visit)(const struct study *study, void *argument), void *argument)
{
    struct error error;
    char **names = study_names();
    for (char **name = names; name && *name; name++) {
        struct study *study = study_find(*name, &error);
        if (study)
            visit(study, argument);
        else
            fprintf(stderr, "thrice: %s\n", error.text);
        study_free(study);
    }
    study_names_free(names);
}

// A family is told once.
static void print_study(const struct study *study, void *nothing)
{
    (void)nothing;
    printf("  %-10s %s (%s)\n", study->name, study->summary, study->source);
    for (size_t i = 0; i < study->scenario_count; i++) {
        const struct scenario *scenario = &study->scenarios[i];
        if (i > 0 && strcmp(scenario->family, study->scenarios[i - 1].family) == 0)
            continue;
        printf("    %-13s %s%s%s\n", scenario->family, scenario->summary,
               *scenario->not_yet ? "; NOT YET: " : "", scenario->not_yet);
    }
}

static void print_text(void)
{
    printf("Payloads\n");
    for (size_t i = 0; i < payload_count; i++)
        printf("  %-10s %s (port %u)\n", payloads[i].name, payloads[i].summary, payloads[i].port);
    printf("\nEnvironments\n");
    for (size_t i = 0; i < environment_count; i++)
        printf("  %-10s %s\n", environments[i]->name, environments[i]->summary);
    printf("\nContainer engines\n");
    for (size_t i = 0; i < engine_count; i++)
        printf("  %-11s %s%s\n", engines[i]->name, engines[i]->summary,
               i == 0 ? " (the default)" : "");
    printf("\nStudies (thrice run NAME, or a file of your own)\n");
    each_study(print_study, NULL);
}

static json_t *study_json(const struct study *study)
{
    json_t *scenarios = json_array();
    for (size_t i = 0; i < study->scenario_count; i++) {
        const struct scenario *scenario = &study->scenarios[i];
        json_t *one = json_pack("{s:s, s:s}", "name", scenario->name, "summary", scenario->summary);
        if (*scenario->not_yet)
            json_object_set_new(one, "not_yet", json_string(scenario->not_yet));
        else
            json_object_set_new(one, "payload", json_string(scenario->payload));
        json_array_append_new(scenarios, one);
    }
    return json_pack("{s:s, s:s, s:s, s:i, s:o}", "name", study->name, "summary", study->summary,
                     "source", study->source, "runs", (int)study->runs, "scenarios", scenarios);
}

static void append_study(const struct study *study, void *array)
{
    json_array_append_new(array, study_json(study));
}

static void print_json(void)
{
    json_t *all = json_object();
    json_t *array = json_array();
    for (size_t i = 0; i < payload_count; i++)
        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:i}", "name", payloads[i].name, "summary",
                                        payloads[i].summary, "port", payloads[i].port));
    json_object_set_new(all, "payloads", array);
    array = json_array();
    for (size_t i = 0; i < environment_count; i++)
        json_array_append_new(array, json_pack("{s:s, s:s}", "name", environments[i]->name,
                                               "summary", environments[i]->summary));
    json_object_set_new(all, "environments", array);
    array = json_array();
    for (size_t i = 0; i < engine_count; i++)
        json_array_append_new(array, json_pack("{s:s, s:s}", "name", engines[i]->name, "summary",
                                               engines[i]->summary));
    json_object_set_new(all, "engines", array);
    array = json_array();
    each_study(append_study, array);
    json_object_set_new(all, "studies", array);
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

int cmd_list(int argc, char **argv, struct error *error)
{
    bool json = false;
    if (options_parse(&argp, argc, argv, &json, error) < 0)
        return -1;
    if (json)
        print_json();
    else
        print_text();
    return EXIT_GOOD;
}
