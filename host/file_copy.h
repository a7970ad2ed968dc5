/* A file copied: what of it is data, and no more, so that a sparse one stays so. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FILE_COPY_H
#define THRICE_FILE_COPY_H

#include "error.h"

/* Copies the file to another, which is made, mode 0600, or written over. Returns 0, or -1 and an
 * error (EXIT_FAILED) with the other removed.
 */
int file_copy(const char *from, const char *to, struct error *error);

#endif
