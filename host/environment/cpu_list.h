/* Sets of CPUs: as people and the kernel write them ("0-3,6"), and how a study divides the machine
 * between the server and the load generator.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CPU_LIST_H
#define THRICE_CPU_LIST_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum { CPU_LIST_BYTES = 256 };

/* Reads a list in the kernel's format (cpuset(7), "List format"). option is its name as typed.
 * Nothing but digits, commas and hyphens is taken, no empty list, and no CPU of CPU_SETSIZE or
 * beyond: else -1 and an error (EXIT_USAGE) naming option and list.
 */
int cpu_list_parse(const char *option, const char *text, cpu_set_t *cpus, struct error *error);

/* Writes a set in that format; a list that is too long is cut. The empty set is "". */
void cpu_list_format(const cpu_set_t *cpus, char *text, size_t size);

struct cpu_division {
    cpu_set_t server;
    cpu_set_t load;
    cpu_set_t both; /* of cpu_list_choose() */
};

/* Divides the allowed CPUs by whole cores, so that hyperthreads of one never serve both sides:
 * of four cores or more the first is left to the rest of the machine, the second makes the load,
 * the next two serve; of two or three the first makes the load, the others serve. One core is
 * divided by its CPUs; one CPU has to do both. siblings() tells the CPUs of one's core.
 */
void cpu_list_divide(const cpu_set_t *allowed, void (*siblings)(int cpu, cpu_set_t *siblings),
                     struct cpu_division *division);

/* The division of this machine, in which each list given (else NULL) replaces what would be chosen.
 * -1 and an error (EXIT_USAGE) when a list is wrong or has a CPU that this process may not use.
 */
int cpu_list_choose(const char *server, const char *load, struct cpu_division *division,
                    struct error *error);

/* Have the two sides a CPU in common? Then they disturb each other. */
bool cpu_list_shared(const struct cpu_division *division);

#endif
