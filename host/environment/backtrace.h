/* A unikernel's console, passed on with the names of functions beside a backtrace's addresses.
 *
 * The image is stripped, and a table of names in it would be a tenth of its size: so the report of
 * a fault has addresses alone, and whoever shows it looks them up in the symbols that `make` left,
 * by addr2line of binutils. Where there is none the addresses stand as they are.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_BACKTRACE_H
#define THRICE_BACKTRACE_H

#include <limits.h>
#include <pthread.h>

#include "error.h"

struct backtrace {
    pthread_t thread;
    int console_fd; /* what the guest prints comes out of it; closed at its end */
    char symbols[PATH_MAX];
};

/* Starts a thread that passes on to standard output what is written to *write_fd, which is the
 * caller's to close. symbols: the linked image with its symbols. Returns 0, or -1 and an error.
 */
int backtrace_start(struct backtrace *backtrace, const char *symbols, int *write_fd,
                    struct error *error);

/* Waits until all is passed on; after the last copy of *write_fd has been closed. */
void backtrace_finish(struct backtrace *backtrace);

/* The address in a line of a backtrace: two blanks and sixteen hexadecimal digits; or NULL. */
const char *backtrace_address(const char *line);

#endif
