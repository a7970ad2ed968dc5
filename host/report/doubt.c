/* Why there can be no verdict; see doubt.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/doubt.h"

#include <stdio.h>

#include "report/steadiness.h"
#include "report/validity.h"
#include "statistics/verdict.h"
#include "study/record.h"

static unsigned int good_runs(const json_t *records, const char *scenario, const char *environment)
{
    size_t i;
    unsigned int good = 0;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        good += record_is_good_run(record, scenario, environment);
    }
    return good;
}

bool doubt_of(char text[DOUBT_BYTES], const json_t *records, const char *scenario,
              const char *environment)
{
    unsigned int good = good_runs(records, scenario, environment);
    struct validity validity = validity_of(records, environment);
    struct steadiness steadiness = steadiness_of(records);
    text[0] = '\0';
    if (good < VERDICT_RUNS_MIN)
        snprintf(text, DOUBT_BYTES, "%u good run%s of %s, %d are needed", good,
                 good == 1 ? "" : "s", environment, VERDICT_RUNS_MIN);
    else if (!validity_allows_verdict(&validity))
        snprintf(text, DOUBT_BYTES, "%u of %u runs of %s were void, more than a fifth",
                 validity.voided, validity.runs, environment);
    else if (!steadiness_allows_verdict(&steadiness))
        snprintf(text, DOUBT_BYTES,
                 "the machine was noisy: before %.0f %% of the runs the same work took 10 %% "
                 "longer, or more",
                 steadiness.slowed_percent);
    return text[0] != '\0';
}
