/* The console of a server: a file of the run with all it printed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CONSOLE_H
#define THRICE_CONSOLE_H

#include "error.h"

/* Creates the file, empty. */
int console_open(const char *path, int *fd, struct error *error);

/* Harmless on -1. */
void console_close(int fd);

/* Appends the console's last line, and where the rest is, to an error: a guest that failed most
 * often said why.
 */
/* The last line in the file that is not empty, without control characters; "" when there is none.
 */
enum { CONSOLE_LINE_BYTES = 200 };
void console_last_line(const char *path, char line[CONSOLE_LINE_BYTES]);

void console_append_last_line(const char *path, struct error *error);

#endif
