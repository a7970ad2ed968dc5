/* An argument vector that grows, for the programs that the driver starts and for their record. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ARGV_H
#define THRICE_ARGV_H

#include <jansson.h>
#include <sys/types.h>

enum { ARGV_MAX = 128 };

/* Zeroed, it is empty. word[] always ends in NULL. */
struct argv {
    char *word[ARGV_MAX + 1];
    int count;
};

/* Appends one argument. Running out of room or memory ends the program: our own commands are
 * short, and the arguments people give are counted before (ARGV_MAX / 2 at most).
 */
void argv_add(struct argv *argv, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends each word of a NULL-terminated list. */
void argv_add_list(struct argv *argv, const char *const *words);

/* Appends the words that a process was started with, as far as they are to be seen. */
void argv_add_running(struct argv *argv, pid_t pid);

/* A JSON array of the words; the caller owns it. */
json_t *argv_json(const struct argv *argv);

void argv_free(struct argv *argv);

#endif
