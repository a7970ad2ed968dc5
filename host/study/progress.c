/* How far a study has come; see progress.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/record.h"
#include "study/progress.h"

#include <stdlib.h>
#include <string.h>

static bool belongs(const json_t *record, const struct plan *plan)
{
    const json_t *run = json_object_get(record, "run");
    json_int_t index = json_integer_value(run);
    if (!json_is_integer(run) || index < 0 || index >= (json_int_t)plan->order_count)
        return false;
    const struct schedule_entry *entry = &plan->order[index];
    return record_is(record, "scenario", plan->scenarios[entry->scenario]->name) &&
           record_is(record, "environment", plan->environments[entry->environment]->name);
}

static enum run_status status_of(const json_t *record)
{
    if (record_is(record, "status", run_status_name(RUN_GOOD)))
        return RUN_GOOD;
    return record_is(record, "status", run_status_name(RUN_VOID)) ? RUN_VOID : RUN_FAILED;
}

struct progress *progress_of(const struct plan *plan, const json_t *records, struct error *error)
{
    size_t i;
    json_t *record;
    struct progress *progress = calloc(plan->order_count + 1, sizeof *progress);
    if (!progress) {
        error_set(error, EXIT_FAILED, "out of memory for %u runs", plan->order_count);
        return NULL;
    }
    json_array_foreach(records, i, record)
    {
        if (!belongs(record, plan)) {
            error_set(error, EXIT_USAGE, "record %zu is not of this study's plan", i + 1);
            free(progress);
            return NULL;
        }
        struct progress *run = &progress[json_integer_value(json_object_get(record, "run"))];
        run->attempts++;
        run->status = status_of(record);
    }
    return progress;
}

bool progress_is_done(const struct progress *progress)
{
    return progress->attempts > 0 &&
           (progress->status != RUN_VOID || progress->attempts >= PROGRESS_ATTEMPTS);
}
