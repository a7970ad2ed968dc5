/* Reference servers: nginx and Apache as Debian has them, to compare the payloads with. They run in
 * the bundle that `make reference` builds, bare or as a container, and in the full VM, which has
 * the same packages; they are not compiled by us, and so are in no other guest.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_REFERENCE_H
#define THRICE_REFERENCE_H

#include <limits.h>

#include "environment/payload.h"
#include "error.h"

/* Is its bundle there? An error (EXIT_LACKING) otherwise. */
int reference_check(const struct payload *payload, struct error *error);

/* Fills the error (EXIT_USAGE) of an environment that runs no reference servers. Returns -1. */
int reference_refuse(const struct payload *payload, struct error *error);

/* Makes the bundle's root file system ready to be the root of a bare process, and writes its path:
 * with /dev, /proc and an empty /run, mounted in the driver's own mount namespace, with which they
 * vanish. May be called again. Returns 0 or -1.
 */
int reference_root(const struct payload *payload, char root[PATH_MAX], struct error *error);

/* The server's command within that root. */
#define REFERENCE_COMMAND "/usr/lib/thrice/%s"

#endif
