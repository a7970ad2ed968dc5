/* Executing a plan: every run in its order, each recorded before the next. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_EXECUTE_H
#define THRICE_EXECUTE_H

#include "error.h"
#include "study/plan.h"
#include "study/progress.h"
#include "study/results.h"

/* What is to follow once a record is on disk in the results' folder: it must be quick, and has
 * nobody to fail to. */
typedef void execute_recorded(const char *path, const json_t *manifest, const json_t *record);

/* Makes namespaces and the network, executes the runs that progress (one for each of the plan's)
 * does not have as done, and tells on stderr how it goes. Returns an exit code: EXIT_GOOD,
 * EXIT_FAILED if a run failed, EXIT_VOID if one stayed void although it was repeated, or what
 * stopped the study; -1 and an error when it could not begin. The records that were made are on
 * disk in any case, each followed by recorded(). manifest is what results_write_study() wrote.
 */
int execute_plan(const struct plan *plan, const json_t *manifest, const struct results *results,
                 struct progress *progress, execute_recorded *recorded, struct error *error);

#endif
