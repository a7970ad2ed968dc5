/* "Did you mean": what to say about a name that is not known. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NEAREST_H
#define THRICE_NEAREST_H

#include "error.h"

/* The valid name closest to the one given (Levenshtein distance), or NULL when none is close: more
 * than a third of its letters would have to change. The list ends in NULL.
 */
const char *nearest_name(const char *given, const char *const *valid);

/* Fills the error (EXIT_USAGE): "unknown <kind> 'given': did you mean ...? (valid: a, b, c)".
 * Returns -1.
 */
int nearest_unknown(struct error *error, const char *kind, const char *given,
                    const char *const *valid);

#endif
