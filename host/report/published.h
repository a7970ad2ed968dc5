/* What studies published, beside our rows. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PUBLISHED_H
#define THRICE_PUBLISHED_H

#include <stdbool.h>

#include "report/report.h"

/* Beside that of the environment it corresponds to. A full VM, where the report has none, stands
 * beside the microVM, the other Linux in a machine of its own.
 */
bool published_beside(const struct report *report, const struct published *published,
                      const struct summary *row);

/* Whether anything was, of that environment or (NULL) of any, of what the report shows. */
bool published_any(const struct report *report, const char *environment);

/* What was published of a figure; NAN where that was none, or no number. */
double published_number(const struct published *published, const struct figure *figure);

#endif
