/* The two kinds of `thrice load`, and what they share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CMD_LOAD_H
#define THRICE_CMD_LOAD_H

#include <signal.h>

#include "error.h"
#include "load/histogram.h"

/* As a verb's run (verb.h): argv[0] is "thrice load KIND". *stop turns 1 on Ctrl-C. */
int cmd_load_http(int argc, char **argv, const volatile sig_atomic_t *stop, struct error *error);
int cmd_load_udp(int argc, char **argv, const volatile sig_atomic_t *stop, struct error *error);

/* Prints the heading of a table of times, and a row of it; nothing for an empty histogram. */
void cmd_load_print_heading(void);
void cmd_load_print_row(const char *name, const struct histogram *histogram);

/* Prints the record as JSON on one line, and lets go of it. Returns 0, or -1 and an error. */
int cmd_load_print_json(json_t *json, struct error *error);

#endif
