/* What the runs of one scenario in one environment say together.
 *
 * Histograms are merged and never averaged; the other figures are means over the good runs. Void
 * and failed runs are counted and otherwise left out.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SUMMARY_H
#define THRICE_SUMMARY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "load/histogram.h"
#include "load/http.h"
#include "study/study.h"

struct summary {
    const char *environment; /* borrowed */
    const struct scenario *scenario;
    unsigned int good;
    unsigned int voided;
    unsigned int failed;
    struct histogram
        response;             /* HTTP: request sent to first byte of the reply, as httperf has it */
    struct histogram latency; /* HTTP: from the moment a request was due to its whole answer */
    double elapsed_s;         /* UDP: the whole exchange */
    double requests;          /* answered in a run */
    double errors;            /* of a run: not answered well */
    double errors_of[HTTP_LOAD_ERRORS]; /* HTTP: the same by kind */
    double offered_per_s;               /* HTTP */
    double achieved_per_s;              /* HTTP: answered well, in a second */
    double cpu_percent; /* of one CPU, from the first request's turn until the last one ended */
    double cpu_us_per_request;
    double user_ticks;
    double system_ticks;
    double guest_ticks;
    bool has_guest_ticks;
    bool has_cgroup; /* accounted, and limited, by a cgroup */
    double rss_mib;  /* the highest of a run: samples of once a second, and behind the load */
    double boot_ms;
};

/* Summarises the records that belong to the scenario and environment. Returns 0, or -1 and an error
 * (EXIT_FAILED) when a record is damaged.
 */
int summary_make(struct summary *summary, const json_t *records, const struct scenario *scenario,
                 const char *environment, struct error *error);

#endif
