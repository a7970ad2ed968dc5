/* The files that `make` built: payloads, images, kernels. They lie beside the driver's own
 * program, in build/, wherever that was moved as a whole.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ARTEFACT_H
#define THRICE_ARTEFACT_H

#include <limits.h>

#include "error.h"

/* Writes the absolute path of a built file, given relative to build/: "images/web.elf". */
void artefact_path(char path[PATH_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, and wants the file to be there: EXIT_LACKING, saying what to run, when it is not. */
int artefact_require(struct error *error, char path[PATH_MAX], const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
