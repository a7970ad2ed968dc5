/* The table of experiments; see experiment.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <stdio.h>

const struct experiment *const experiments[] = {
    &experiment_http,
    &experiment_udp,
    &experiment_ramp,
    &experiment_burst,
    &experiment_boot,
    &experiment_compute,
    &experiment_density,
    &experiment_bulk,
    &experiment_isolation,
    &experiment_checkpoint,
    &experiment_migration,
    &experiment_operations,
    NULL, // ends the table, a kind a line
};

const struct experiment *experiment_find(const char *kind)
{
    for (const struct experiment *const *each = experiments; *each; each++)
        if (strcmp((*each)->kind, kind) == 0)
            return *each;
    return NULL;
}

void experiment_fail(struct experiment_result *result, const char *reason)
{
    result->is_failed = true;
    snprintf(result->reason, sizeof result->reason, "%s", reason);
}

uint64_t scenario_full(const struct scenario *scenario, const char *key)
{
    return scenario->experiment ? settings_get(scenario->experiment->settings, scenario->full, key)
                                : 0;
}
