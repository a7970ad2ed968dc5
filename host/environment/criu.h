/* CRIU, which saves processes and containers: what of it is missing on this machine. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CRIU_H
#define THRICE_CRIU_H

#include "error.h"

/* Why a process cannot be saved here: always -1 and an error (EXIT_LACKING), for where CRIU is
 * there and finds all that it needs, we do not use it yet.
 */
int criu_check(struct error *error);

#endif
