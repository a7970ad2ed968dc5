/* The verbs of the command line: one function and one file each, in one table (main.c). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VERB_H
#define THRICE_VERB_H

#include <stddef.h>

#include "error.h"

struct verb {
    const char *name;
    const char *summary;

    /* argv[0] is "thrice NAME", for messages; the rest is what followed the verb. Returns an exit
     * code (enum exit_code), or -1 with the error filled: main prints it.
     */
    int (*run)(int argc, char **argv, struct error *error);
};

extern const struct verb verbs[];
extern const size_t verb_count;

/* Returns the verb of that name, or NULL and an error (EXIT_USAGE) that names the nearest. */
const struct verb *verb_find(const char *name, struct error *error);

int cmd_run(int argc, char **argv, struct error *error);
int cmd_boot(int argc, char **argv, struct error *error);
int cmd_load(int argc, char **argv, struct error *error);
int cmd_report(int argc, char **argv, struct error *error);
int cmd_compare(int argc, char **argv, struct error *error);
int cmd_list(int argc, char **argv, struct error *error);
int cmd_doctor(int argc, char **argv, struct error *error);
int cmd_xml(int argc, char **argv, struct error *error);
int cmd_help(int argc, char **argv, struct error *error);

#endif
