/* The small text files of /proc and /sys, read in one go. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCFILE_H
#define THRICE_PROCFILE_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads at most size bytes of the file (more are left unread, without a word). The text does not
 * end in NUL. Returns how many, or -1 and an error (EXIT_FAILED) naming the file. */
ssize_t procfile_read(const char *path, char *text, size_t size, struct error *error);

/* Where the line behind the one at text begins; end if there is none. */
const char *procfile_next_line(const char *text, const char *end);

/* Reads a whole number at text, which ends at end, skipping blanks before it. Returns where it
 * stopped, or NULL when there is no number or it does not fit. */
const char *procfile_number(const char *text, const char *end, uint64_t *value);

/* If the line at text begins with key, followed by a blank or a colon: where its value may begin.
 * NULL if not. */
const char *procfile_value(const char *text, const char *end, const char *key);

#endif
