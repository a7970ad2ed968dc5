/* thrice doctor: what this machine has and lacks, one line each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "environment/accelerator.h"
#include "environment/cgroup_tree.h"
#include "environment/environment.h"
#include "environment/isolation.h"
#include "environment/network.h"
#include "options.h"
#include "verb.h"

struct findings {
    json_t *array;
    bool lacking;
};

static void add(struct findings *findings, const char *what, const char *verdict, const char *text)
{
    json_array_append_new(findings->array, json_pack("{s:s, s:b, s:s, s:s}", "what", what, "good",
                                                     strcmp(verdict, "good") == 0, "verdict",
                                                     verdict, "text", text));
}

static void find(struct findings *findings, const char *what, bool good, const char *text)
{
    add(findings, what, good ? "good" : "LACKING", text);
    findings->lacking = findings->lacking || !good;
}

static void look_at_environment(struct findings *findings, const struct environment *environment)
{
    struct error error;
    for (size_t i = 0; i < payload_count; i++)
        if (!payloads[i].is_reference && environment->check(&payloads[i], &error) < 0) {
            if (environment->is_optional)
                add(findings, environment->name, "absent", error.text);
            else
                find(findings, environment->name, false, error.text);
            return;
        }
    find(findings, environment->name, true, environment->summary);
}

static void look_at_accelerator(struct findings *findings)
{
    struct accelerator accelerator;
    struct error error;
    char text[200];
    if (accelerator_choose(&accelerator, "auto", &error) < 0)
        return;
    snprintf(text, sizeof text, "%s: %s", accelerator_name(&accelerator), accelerator.reason);
    find(findings, "accelerator", true, text);
}

// The network of a study, made and dropped: the one way to know that it can be. What is in the way
// is told through the pipe, for this runs in a process of its own.
static int try_network(void *state)
{
    const int *report = state;
    struct network network;
    struct network_port port;
    struct error error = {.text = ""};
    if (network_create(&network, &error) == 0 && network_add_tap(&network, &port, &error) == 0)
        return EXIT_GOOD;
    return write(*report, error.text, strlen(error.text)) < 0 ? EXIT_FAILED : EXIT_LACKING;
}

static void look_at_network(struct findings *findings)
{
    struct error error = {.text = "no pipe for its test"};
    int report[2] = {-1, -1};
    struct isolation isolation = {.own_network = true, .body = try_network, .state = &report[1]};
    int code = pipe2(report, O_CLOEXEC) < 0 ? -1 : isolation_run(&isolation, &error);
    close(report[1]);
    if (code > 0) {
        ssize_t length = read(report[0], error.text, sizeof error.text - 1);
        error.text[length > 0 ? length : 0] = '\0';
    }
    close(report[0]);
    find(findings, "network", code == EXIT_GOOD,
         code == EXIT_GOOD ? "namespaces, a bridge and a tap can be made" : error.text);
}

// Looked for by the network's isolation. Without them studies run, and their tables say so.
static void look_at_limits(struct findings *findings)
{
    char text[80];
    bool good = cgroup_tree_lacking()[0] == '\0';
    snprintf(text, sizeof text, "of CPU and memory can be set, by cgroups of version %d",
             cgroup_place_version());
    add(findings, "limits", good ? "good" : "absent", good ? text : cgroup_tree_lacking());
}

static void print_text(const json_t *findings)
{
    size_t i;
    json_t *finding;
    json_array_foreach(findings, i, finding)
    {
        printf("%-12s %-8s %s\n", json_string_value(json_object_get(finding, "what")),
               json_string_value(json_object_get(finding, "verdict")),
               json_string_value(json_object_get(finding, "text")));
    }
}

int cmd_doctor(int argc, char **argv, struct error *error)
{
    bool json;
    struct findings findings = {0};
    if (options_parse_json(argc, argv, "doctor",
                           "Looks at what the environments need: programs, images, permissions, "
                           "the accelerator. The exit "
                           "code is 3 when something is lacking.",
                           &json, error) < 0)
        return -1;
    findings.array = json_array();
    for (size_t i = 0; i < environment_count; i++)
        look_at_environment(&findings, environments[i]);
    look_at_accelerator(&findings);
    look_at_network(&findings);
    look_at_limits(&findings);
    if (json) {
        json_dumpf(findings.array, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_text(findings.array);
    }
    json_decref(findings.array);
    return findings.lacking ? EXIT_LACKING : EXIT_GOOD;
}
