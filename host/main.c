/* thrice: runs one payload as a bare process, a container, a unikernel, a microVM and a full VM,
 * and measures what each costs. The verbs are in files of their own (cmd_*.c); here is their
 * table.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "verb.h"

const struct verb verbs[] = {
    {"run", "run a study over the environments, and print its table", cmd_run},
    {"boot", "start one payload in one environment, to try it by hand", cmd_boot},
    {"xml", "print a guest as a libvirt domain, for virsh define", cmd_xml},
    {"load", "load any HTTP or UDP server, and time its replies", cmd_load},
    {"report", "print the table of a study's records again", cmd_report},
    {"compare", "say what two folders of results differ in, and how surely", cmd_compare},
    {"list", "list payloads, environments and studies", cmd_list},
    {"doctor", "say what this machine has and lacks", cmd_doctor},
    {"help", "explain a verb, or the exit codes", cmd_help},
};
const size_t verb_count = sizeof verbs / sizeof verbs[0];

const struct verb *verb_find(const char *name, struct error *error)
{
    const char *names[sizeof verbs / sizeof verbs[0] + 1] = {NULL};
    for (size_t i = 0; i < verb_count; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
        names[i] = verbs[i].name;
    }
    nearest_unknown(error, "verb", name, names);
    return NULL;
}

static int run_verb(int argc, char **argv, struct error *error)
{
    char name[32];
    const struct verb *verb = verb_find(argv[1], error);
    if (!verb)
        return -1;
    snprintf(name, sizeof name, "thrice %s", verb->name);
    argv[1] = name;
    return verb->run(argc - 1, argv + 1, error);
}

// Data that did not reach its reader is a failure, as that of a full disk.
static int close_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    perror("thrice: standard output");
    return code == EXIT_GOOD ? EXIT_FAILED : code;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    if (argc < 2) {
        fprintf(stderr, "thrice: no verb given; `thrice help` lists them\n");
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("thrice %s\n", THRICE_VERSION);
        return close_output(EXIT_GOOD);
    }
    if (strcmp(argv[1], "--help") == 0)
        return close_output(cmd_help(1, argv, &error));
    int code = run_verb(argc, argv, &error);
    if (code < 0) {
        fprintf(stderr, "thrice: %s\n", error.text);
        code = (int)error.code;
    }
    return close_output(code);
}
