/* The table of environments; see environment.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <string.h>

#include "nearest.h"

const struct environment *environments[ENVIRONMENTS_MAX] = {
    &environment_native,  &environment_container, &environment_unikernel,
    &environment_microvm, &environment_vm,
};
size_t environment_count = 5;

int environment_add(const struct environment *environment, struct error *error)
{
    for (size_t i = 0; i < environment_count; i++)
        if (strcmp(environments[i]->name, environment->name) == 0)
            return error_set(error, EXIT_USAGE, "there is an environment '%s' already",
                             environment->name);
    if (environment_count == ENVIRONMENTS_MAX)
        return error_set(error, EXIT_USAGE, "more than %d environments", ENVIRONMENTS_MAX);
    environments[environment_count++] = environment;
    return 0;
}

const struct environment *environment_find(const char *name, struct error *error)
{
    const char *names[ENVIRONMENTS_MAX + 1] = {NULL};
    for (size_t i = 0; i < environment_count; i++) {
        if (strcmp(environments[i]->name, name) == 0)
            return environments[i];
        names[i] = environments[i]->name;
    }
    nearest_unknown(error, "environment", name, names);
    return NULL;
}
