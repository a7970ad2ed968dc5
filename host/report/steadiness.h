/* Whether the machine stayed the same while a study ran, and each server while it was loaded. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_STEADINESS_H
#define THRICE_STEADINESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define STEADINESS_DRIFT_LEVEL 0.01 /* of p: below it a rise or fall is no chance */

/* What the canaries (measure/canary.h) of all runs tell of the machine, in the order of the runs.
 */
struct steadiness {
    size_t runs;           /* that have a canary; with none all else is 0 */
    double median_ms;      /* of its time by the clock */
    double slowed_percent; /* of the runs, those where it took 10 % longer than that, or more */
    double change_percent; /* of its CPU time, from the first run to the last */
    double change_p;       /* of the test of Mann and Kendall */
};

struct steadiness steadiness_of(const json_t *records);

/* A machine on which the same work took 10 % longer in more than a fifth of the runs is too noisy
 * for a verdict. Where nothing is known, nothing is held against it. */
bool steadiness_allows_verdict(const struct steadiness *steadiness);

/* By how many per cent of its mean the server's CPU usage rose from the first to the last second of
 * the load, by least squares; NAN where fewer than four whole seconds were sampled.
 */
double steadiness_within_run(const json_t *record);

/* The median of the same over the good runs of a scenario in an environment; NAN without any. */
double steadiness_within_runs(const json_t *records, const char *scenario, const char *environment);

#endif
