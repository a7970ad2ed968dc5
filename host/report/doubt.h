/* Why the runs of a scenario in an environment allow no verdict, in words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DOUBT_H
#define THRICE_DOUBT_H

#include <jansson.h>
#include <stdbool.h>

enum { DOUBT_BYTES = 160 };

/* Fewer good runs than a verdict needs, too many void ones (validity.h), or a machine that was too
 * noisy (steadiness.h): the first of these that holds is written into text. Returns false where
 * none does, and leaves text empty.
 */
bool doubt_of(char text[DOUBT_BYTES], const json_t *records, const char *scenario,
              const char *environment);

#endif
