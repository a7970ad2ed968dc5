/* thrice doctor: what this machine has and lacks, one line each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "doctor/files.h"
#include "doctor/noise.h"
#include "doctor/permissions.h"
#include "doctor/programs.h"
#include "doctor/resources.h"
#include "doctor/settings.h"
#include "environment/accelerator.h"
#include "environment/cgroup_tree.h"
#include "environment/engine.h"
#include "environment/environment.h"
#include "environment/isolation.h"
#include "environment/network.h"
#include "number.h"
#include "options.h"
#include "verb.h"

struct options {
    bool json;
    uint64_t noise_ns;
};

enum { OPTION_JSON = 256, OPTION_NOISE };

static const struct argp_option options[] = {
    {"noise", OPTION_NOISE, "S", 0, "Seconds to listen to the machine's noise, 0 to 60 (5)", 0},
    {"json", OPTION_JSON, NULL, 0, "As JSON", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *taken = options_input(state);
    switch (key) {
    case OPTION_JSON:
        taken->json = true;
        return 0;
    case OPTION_NOISE:
        return number_parse_seconds("--noise", argument, 0, 60 * NS_PER_S, &taken->noise_ns,
                                    options_error(state)) < 0
                   ? EINVAL
                   : 0;
    case ARGP_KEY_ARG:
        error_set(options_error(state), EXIT_USAGE, "doctor takes no '%.40s'", argument);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    options,
    parse,
    NULL,
    "Looks at what the environments need, programs, images, permissions, the accelerator, and at "
    "what would make figures noisy. The exit code is 3 when something is lacking that the main job "
    "needs.",
    NULL,
    NULL,
    NULL};

struct findings {
    json_t *array; /* NULL: each is printed as it is found */
    bool lacking;
};

static void add(struct findings *findings, const struct finding *finding)
{
    const char *verdict = finding_name(finding->verdict);
    findings->lacking = findings->lacking || finding->verdict == FINDING_LACKING;
    if (findings->array)
        json_array_append_new(findings->array,
                              json_pack("{s:s, s:b, s:s, s:s}", "what", finding->what, "good",
                                        finding->verdict == FINDING_GOOD, "verdict", verdict,
                                        "text", finding->text));
    else
        printf("%-18s %-8s %s\n", finding->what, verdict, finding->text);
    fflush(stdout);
}

static void find(struct findings *findings, const char *what, enum finding_verdict verdict,
                 const char *text)
{
    struct finding finding = {.what = what, .verdict = verdict};
    snprintf(finding.text, sizeof finding.text, "%s", text);
    add(findings, &finding);
}

static void look_at_environment(struct findings *findings, const struct environment *environment)
{
    struct error error;
    for (size_t i = 0; i < payload_count; i++)
        if (!payloads[i].is_reference && environment->check(&payloads[i], &error) < 0) {
            find(findings, environment->name,
                 environment->is_optional ? FINDING_ABSENT : FINDING_LACKING, error.text);
            return;
        }
    find(findings, environment->name, FINDING_GOOD, environment->summary);
}

// The default is the container's own line.
static void look_at_engines(struct findings *findings)
{
    struct error error;
    for (size_t i = 1; i < engine_count; i++) {
        bool good = engine_check(engines[i], NULL, &error) == 0;
        find(findings, engines[i]->name, good ? FINDING_GOOD : FINDING_ABSENT,
             good ? engines[i]->summary : error.text);
    }
}

static void look_at_accelerator(struct findings *findings)
{
    struct accelerator accelerator;
    struct error error;
    char text[240];
    double ms;
    if (accelerator_choose(&accelerator, "auto", &error) < 0)
        return;
    int length =
        snprintf(text, sizeof text, "%s: %s", accelerator_name(&accelerator), accelerator.reason);
    // Under KVM the reason has the time.
    if (!accelerator.kvm && accelerator_probe(false, &ms, &error) == 0)
        snprintf(text + length, sizeof text - (size_t)length,
                 "; a tiny guest under TCG was done after %.0f ms", ms);
    find(findings, "accelerator", FINDING_GOOD, text);
}

static void look_at_permissions(struct findings *findings)
{
    struct finding finding;
    permissions_find_namespaces(&finding, geteuid() == 0, "");
    add(findings, &finding);
    permissions_find_tun(&finding);
    add(findings, &finding);
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
    find(findings, "network", code == EXIT_GOOD ? FINDING_GOOD : FINDING_LACKING,
         code == EXIT_GOOD ? "namespaces, a bridge and a tap can be made" : error.text);
}

// Looked for by the network's isolation. Without them studies run, and their tables say so.
static void look_at_limits(struct findings *findings)
{
    char text[80];
    bool good = cgroup_tree_lacking()[0] == '\0';
    snprintf(text, sizeof text, "of CPU and memory can be set, by cgroups of version %d",
             cgroup_place_version());
    find(findings, "limits", good ? FINDING_GOOD : FINDING_ABSENT,
         good ? text : cgroup_tree_lacking());
}

static void look_at_machine(struct findings *findings, uint64_t noise_ns)
{
    struct finding finding;
    char folder[PATH_MAX];
    for (size_t i = 0; i < programs_count; i++) {
        programs_find(&finding, i);
        add(findings, &finding);
    }
    for (size_t i = 0; i < files_count; i++) {
        files_find(&finding, i);
        add(findings, &finding);
    }
    resources_find_memory(&finding);
    add(findings, &finding);
    artefact_path(folder, "%s", "");
    resources_find_disk(&finding, folder);
    add(findings, &finding);
    resources_find_descriptors(&finding);
    add(findings, &finding);
    resources_find_ports(&finding);
    add(findings, &finding);
    resources_find_load(&finding);
    add(findings, &finding);
    resources_find_steal(&finding);
    add(findings, &finding);
    for (size_t i = 0; i < settings_count; i++) {
        settings_find(&finding, i, "");
        add(findings, &finding);
    }
    if (noise_ns > 0) {
        noise_find(&finding, noise_ns);
        add(findings, &finding);
    }
}

int cmd_doctor(int argc, char **argv, struct error *error)
{
    struct options taken = {.noise_ns = 5 * NS_PER_S};
    struct findings findings = {0};
    if (options_parse(&argp, argc, argv, &taken, error) < 0)
        return -1;
    findings.array = taken.json ? json_array() : NULL;
    for (size_t i = 0; i < environment_count; i++)
        look_at_environment(&findings, environments[i]);
    look_at_engines(&findings);
    look_at_accelerator(&findings);
    look_at_permissions(&findings);
    look_at_network(&findings);
    look_at_limits(&findings);
    look_at_machine(&findings, taken.noise_ns);
    if (taken.json) {
        json_dumpf(findings.array, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(findings.array);
    return findings.lacking ? EXIT_LACKING : EXIT_GOOD;
}
