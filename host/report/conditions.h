/* What a scenario was run under where its summary does not say so: loads of --quick or of options
 * like --duration, and CPUs that are too few for its vCPUs or serve the load generator as well.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CONDITIONS_H
#define THRICE_CONDITIONS_H

#include "report/report.h"

enum { CONDITIONS_BYTES = 500 };

/* The scenario's load as study.json has it; NULL where it has none. */
const json_t *report_load_of(const struct report *report, const struct scenario *scenario);

/* Writes "; here path=/primes?max=2000, duration=5 s; 8 vCPUs over-committed on CPUs 0-1, the load
 * generator's too", to follow the summary; nothing where nothing is out of the ordinary.
 */
void report_conditions(const struct report *report, const struct scenario *scenario,
                       char text[CONDITIONS_BYTES]);

#endif
