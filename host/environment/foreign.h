/* Guests that are not ours, as environments: each has a server of its own in it, which a study
 * loads as it loads our payloads.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FOREIGN_H
#define THRICE_FOREIGN_H

#include <jansson.h>

#include "environment/environment.h"
#include "environment/guest_file.h"
#include "error.h"

struct foreign {
    struct environment environment; /* its foreign is this */
    struct payload payload;         /* the server in it */
    struct guest_file file;
    char path[PATH_MAX]; /* of the description, absolute */
};

/* Reads a description and adds the guest to the table of environments. Returns it, or NULL and an
 * error: of the file, or EXIT_USAGE when the name is taken.
 */
const struct foreign *foreign_add(const char *path, struct error *error);

/* SHA-256 of all that it boots: {"/path/kernel": "3f..."}. The caller owns it. NULL and an error.
 */
json_t *foreign_hashes(const struct foreign *foreign, struct error *error);

/* Where results are read: adds an environment of that name, to be told of and not started, where
 * the table has none. Returns 0, or -1 when there are too many.
 */
int foreign_add_name(const char *name, struct error *error);

#endif
