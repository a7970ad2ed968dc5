/* Beside which of our rows a published one stands. */
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

#endif
