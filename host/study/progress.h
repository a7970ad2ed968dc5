/* How far a study has come: what of each planned run is in the records. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROGRESS_H
#define THRICE_PROGRESS_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"
#include "study/plan.h"
#include "study/run_status.h"

enum { PROGRESS_ATTEMPTS = 3 }; /* of a run that turns out void */

/* Of one run in the plan's order. */
struct progress {
    unsigned int attempts;  /* that are recorded */
    enum run_status status; /* of the last of them */
};

/* One for each run of the plan, as the records (an array; NULL: none yet) have it; for the caller
 * to free. NULL and an error (EXIT_USAGE) when a record is not of this plan.
 */
struct progress *progress_of(const struct plan *plan, const json_t *records, struct error *error);

/* A run is done when it was good or failed, or void as often as it may be. */
bool progress_is_done(const struct progress *progress);

#endif
