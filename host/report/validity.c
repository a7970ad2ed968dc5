/* Void runs, counted; see validity.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/validity.h"

#include <string.h>

#include "study/run_status.h"

static const unsigned int VOID_PERCENT_MAX = 20;

static bool is_text(const json_t *record, const char *key, const char *expected)
{
    const char *text = json_string_value(json_object_get(record, key));
    return text && strcmp(text, expected) == 0;
}

struct validity validity_of(const json_t *records, const char *environment)
{
    struct validity validity = {0};
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if ((environment && !is_text(record, "environment", environment)) ||
            is_text(record, "status", run_status_name(RUN_FAILED)))
            continue;
        validity.runs++;
        validity.voided += is_text(record, "status", run_status_name(RUN_VOID));
    }
    return validity;
}

bool validity_allows_verdict(const struct validity *validity)
{
    return validity->voided * 100 <= validity->runs * VOID_PERCENT_MAX;
}
