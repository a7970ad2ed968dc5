/* thrice help [VERB]: the verbs, one verb's options, the exit codes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "verb.h"

static const char exit_codes[] = "Exit codes:\n"
                                 "  0  done\n"
                                 "  1  a comparison says worse\n"
                                 "  2  bad usage: verb, study, environment, option or number\n"
                                 "  3  this machine lacks something: program, permission, image\n"
                                 "  4  a run failed\n"
                                 "  5  a run was void: the load generator itself fell behind\n";

static int list_verbs(void)
{
    printf(
        "Usage: thrice VERB [OPTION...]\n\n"
        "Runs one payload as a bare process, a container, a unikernel, a microVM and a full VM,\n"
        "loads it, and shows what each costs.\n\n");
    for (size_t i = 0; i < verb_count; i++)
        printf("  %-8s %s\n", verbs[i].name, verbs[i].summary);
    printf("\n`thrice help VERB` explains one. `thrice --version` prints the version.\n\n%s",
           exit_codes);
    return EXIT_GOOD;
}

int cmd_help(int argc, char **argv, struct error *error)
{
    char name[32], help[] = "--help";
    if (argc < 2)
        return list_verbs();
    if (argc > 2)
        return error_set(error, EXIT_USAGE, "help explains one verb at a time: thrice help %s",
                         argv[1]);
    const struct verb *verb = verb_find(argv[1], error);
    if (!verb)
        return -1;
    if (verb->run == cmd_help)
        return list_verbs();
    snprintf(name, sizeof name, "thrice %s", verb->name);
    char *arguments[] = {name, help, NULL};
    return verb->run(2, arguments, error);
}
