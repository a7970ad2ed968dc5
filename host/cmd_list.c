/* thrice list: payloads, environments and studies. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

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
        printf("  %-10s %s%s\n", engines[i]->name, engines[i]->summary,
               i == 0 ? " (the default)" : "");
    printf("\nStudies\n");
    for (size_t i = 0; i < study_count; i++) {
        printf("  %-10s %s (%s)\n", studies[i]->name, studies[i]->summary, studies[i]->source);
        for (size_t j = 0; j < studies[i]->scenario_count; j++)
            printf("    %-10s %s\n", studies[i]->scenarios[j].name,
                   studies[i]->scenarios[j].summary);
    }
}

static json_t *study_json(const struct study *study)
{
    json_t *scenarios = json_array();
    for (size_t i = 0; i < study->scenario_count; i++) {
        const struct scenario *scenario = &study->scenarios[i];
        json_array_append_new(scenarios,
                              json_pack("{s:s, s:s, s:s}", "name", scenario->name, "summary",
                                        scenario->summary, "payload", scenario->payload));
    }
    return json_pack("{s:s, s:s, s:s, s:i, s:o}", "name", study->name, "summary", study->summary,
                     "source", study->source, "runs", (int)study->runs, "scenarios", scenarios);
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
    for (size_t i = 0; i < study_count; i++)
        json_array_append_new(array, study_json(studies[i]));
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
