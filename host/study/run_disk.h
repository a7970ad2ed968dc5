/* The disk of a run, for a payload that wants one: a file beside its console, gone with the run. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RUN_DISK_H
#define THRICE_RUN_DISK_H

#include <limits.h>

#include "environment/server.h"
#include "error.h"

enum { RUN_DISK_ARGUMENTS = 34 };

struct run_disk {
    char path[PATH_MAX]; /* "": there is none */
    const char *arguments[RUN_DISK_ARGUMENTS];
};

/* Makes it, sparse, where the payload takes one, and adds it to the options, which then borrow from
 * it. Returns 0, or -1 and an error.
 */
int run_disk_make(struct run_disk *disk, struct server_options *options,
                  const struct environment *environment, struct error *error);

/* The same, with what is on that of another server at rest; the options are not those of its own
 * disk. Returns 0, or -1 and an error.
 */
int run_disk_copy(struct run_disk *disk, struct server_options *options,
                  const struct environment *environment, const struct run_disk *other,
                  struct error *error);

void run_disk_remove(const struct run_disk *disk);

#endif
