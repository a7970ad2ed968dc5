/* CRIU, by which the OCI runtimes save containers (criu.org). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CRIU_H
#define THRICE_CRIU_H

#include "error.h"

/* Is it there, and does it find all that it needs of this kernel? An error (EXIT_LACKING) says. */
int criu_check(struct error *error);

#endif
