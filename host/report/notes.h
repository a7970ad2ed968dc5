/* What has to be said below a scenario's table, in every format: why a figure is not there, which
 * service level broke a ramp.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NOTES_H
#define THRICE_NOTES_H

#include "report/report.h"

/* A line for each, "" where there is nothing to say. The caller frees it; NULL: out of memory. */
char *notes_text(const struct report *report, const struct scenario *scenario);

#endif
