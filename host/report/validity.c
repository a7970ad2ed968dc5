/* Void runs, counted; see validity.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/validity.h"

#include <string.h>

#include "study/record.h"
#include "study/run_status.h"

static const unsigned int VOID_PERCENT_MAX = 20;

struct validity validity_of(const json_t *records, const char *environment)
{
    struct validity validity = {0};
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if ((environment && !record_is(record, "environment", environment)) ||
            record_is(record, "status", run_status_name(RUN_FAILED)))
            continue;
        validity.runs++;
        validity.voided += record_is(record, "status", run_status_name(RUN_VOID));
    }
    return validity;
}

bool validity_allows_verdict(const struct validity *validity)
{
    return validity->voided * 100 <= validity->runs * VOID_PERCENT_MAX;
}
