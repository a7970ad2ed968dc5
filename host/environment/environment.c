/* The table of environments; see environment.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <string.h>

#include "nearest.h"

const struct environment *const environments[] = {
    &environment_native,  &environment_container, &environment_unikernel,
    &environment_microvm, &environment_vm,
};
const size_t environment_count = sizeof environments / sizeof environments[0];

const struct environment *environment_find(const char *name, struct error *error)
{
    const char *names[sizeof environments / sizeof environments[0] + 1] = {NULL};
    for (size_t i = 0; i < environment_count; i++) {
        if (strcmp(environments[i]->name, name) == 0)
            return environments[i];
        names[i] = environments[i]->name;
    }
    nearest_unknown(error, "environment", name, names);
    return NULL;
}
