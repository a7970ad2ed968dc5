/* A folder of plain files, such as a checkpoint is: copied, removed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FOLDER_H
#define THRICE_FOLDER_H

#include <stdint.h>

#include "error.h"

/* Copies the folder's files to another, which is made, mode 0700, or added to. *bytes: their sizes
 * together. Links, devices and folders in it are left out. Returns 0, or -1 and an error
 * (EXIT_FAILED), on which some may have been copied.
 */
int folder_copy(const char *from, const char *to, uint64_t *bytes, struct error *error);

/* Removes the folder with its files; harmless when it is not there. */
void folder_remove(const char *path);

#endif
