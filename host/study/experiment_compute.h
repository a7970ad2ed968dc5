/* What other experiments want of a compute. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_EXPERIMENT_COMPUTE_H
#define THRICE_EXPERIMENT_COMPUTE_H

#include "study/experiment.h"

/* Writes the path with {vcpus} as a number. Returns 0, or -1 and an error (EXIT_USAGE): too long.
 */
int experiment_compute_path(char *path, size_t size, const char *text, unsigned int vcpus,
                            struct error *error);

/* Adds the numbers of an answer, also those inside its objects ("event_ms_avg"), to figures. */
void experiment_compute_numbers(json_t *figures, const json_t *answer);

/* Asks the server for the path and adds the answer's numbers to figures. Fills the result as a load
 * does (experiment.h).
 */
int experiment_compute_run(const struct server *server, const char *path, uint64_t patience_ns,
                           json_t *figures, struct experiment_result *result, struct error *error);

#endif
