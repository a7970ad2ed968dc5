/* The table of studies; see study.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/study.h"

#include <string.h>

#include "nearest.h"

enum { NAMES_MAX = 16 };

const struct study *const studies[] = {&study_oslo};
const size_t study_count = sizeof studies / sizeof studies[0];

const struct study *study_find(const char *name, struct error *error)
{
    const char *names[sizeof studies / sizeof studies[0] + 1] = {NULL};
    for (size_t i = 0; i < study_count; i++) {
        if (strcmp(studies[i]->name, name) == 0)
            return studies[i];
        names[i] = studies[i]->name;
    }
    nearest_unknown(error, "study", name, names);
    return NULL;
}

const struct scenario *study_scenario(const struct study *study, const char *name,
                                      struct error *error)
{
    const char *names[NAMES_MAX + 1] = {NULL};
    for (size_t i = 0; i < study->scenario_count; i++) {
        if (strcmp(study->scenarios[i].name, name) == 0)
            return &study->scenarios[i];
        if (i < NAMES_MAX)
            names[i] = study->scenarios[i].name;
    }
    nearest_unknown(error, "scenario", name, names);
    return NULL;
}
