/* What a study was asked for; see request.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/request.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "environment/foreign.h"
#include "environment/engine.h"
#include "environment/qemu_command.h"

static uint64_t random_seed(void)
{
    uint32_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint32_t)clock_now_ns();
    return seed;
}

// An engine is for a container, which must be among the environments.
static int choose_engine(const struct request *request, const struct plan *plan,
                         struct error *error)
{
    if (!request->engine)
        return 0;
    if (engine_choose(request->engine, error) < 0)
        return -1;
    if (plan_has_container(plan))
        return 0;
    return error_set(error, EXIT_USAGE, "--engine %s: no container is among the environments",
                     request->engine);
}

int request_plan(const struct request *request, struct plan *plan, struct error *error)
{
    plan->study = request->folder ? study_of_folder(request->folder, request->study, error)
                                  : study_find(request->study, error);
    if (!plan->study)
        return -1;
    plan->quick = request->quick;
    plan->runs = request->quick ? plan->study->quick_runs : plan->study->runs;
    if (request->runs > 0)
        plan->runs = (unsigned int)request->runs;
    plan->duration_ns = request->duration_ns;
    plan->seed = request->has_seed ? request->seed : random_seed();
    plan->memory_mib = (unsigned int)request->memory_mib;
    memcpy(plan->ramp, request->ramp, sizeof plan->ramp);
    plan->machine = request->machine;
    plan->via_libvirt = request->via_libvirt;
    if (plan_choose_scenarios(plan, request->only, error) < 0 || plan_override(plan, error) < 0 ||
        plan_choose_environments(plan, request->in, error) < 0 ||
        choose_engine(request, plan, error) < 0 || plan_choose_machine(plan, error) < 0 ||
        plan_order(plan, error) < 0 ||
        cpu_list_choose(request->cpus_server, request->cpus_load, &plan->cpus, error) < 0 ||
        (!request->dry_run && plan_check(plan, error) < 0))
        return -1;
    return accelerator_choose(&plan->accelerator, request->accel ? request->accel : "auto", error);
}

static const char *text_of(const json_t *study, const char *key)
{
    return json_string_value(json_object_get(study, key));
}

static uint64_t number_of(const json_t *study, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(study, key));
}

// The names of an array, of strings or of objects with a name, as an option has them.
static const char *join(const json_t *names, char list[REQUEST_LIST_BYTES])
{
    size_t i, length = 0;
    json_t *entry;
    list[0] = '\0';
    json_array_foreach(names, i, entry)
    {
        const char *name =
            json_is_object(entry) ? text_of(entry, "name") : json_string_value(entry);
        int added = snprintf(list + length, REQUEST_LIST_BYTES - length, "%s%s", i ? "," : "",
                             name ? name : "?");
        if (added < 0 || (size_t)added >= REQUEST_LIST_BYTES - length)
            break;
        length += (size_t)added;
    }
    return list;
}

static int add_guests(const json_t *study, struct error *error)
{
    size_t i;
    json_t *guest;
    json_array_foreach(json_object_get(study, "guests"), i, guest)
    {
        const char *file = text_of(guest, "file");
        if (file && !foreign_add(file, error))
            return -1;
    }
    return 0;
}

int request_of_study(struct request *request, const json_t *study, const char *folder,
                     struct error *error)
{
    const char *machine = text_of(study, "machine");
    if (add_guests(study, error) < 0)
        return -1;
    memset(request, 0, sizeof *request);
    request->study = text_of(study, "study");
    request->folder = folder;
    request->only = join(json_object_get(study, "scenarios"), request->lists[0]);
    request->in = join(json_object_get(study, "environments"), request->lists[1]);
    request->engine = text_of(study, "engine");
    request->accel = text_of(json_object_get(study, "accelerator"), "name");
    request->cpus_server = text_of(json_object_get(study, "cpus"), "server");
    request->cpus_load = text_of(json_object_get(study, "cpus"), "load");
    const char *via = text_of(study, "via");
    request->via_libvirt = via && strcmp(via, "libvirt") == 0;
    request->quick = json_is_true(json_object_get(study, "quick"));
    request->runs = number_of(study, "runs");
    request->duration_ns = number_of(study, "duration_ns");
    for (size_t i = 0; i < 3; i++)
        request->ramp[i] =
            (uint64_t)json_integer_value(json_array_get(json_object_get(study, "ramp"), i));
    request->has_seed = true;
    request->seed = number_of(study, "seed");
    if (json_is_true(json_object_get(study, "memory_asked")))
        request->memory_mib = number_of(study, "memory_mib");
    if (!request->study || !machine || request->runs == 0)
        return error_set(error, EXIT_USAGE, "study.json does not say what was asked for");
    request->machine = qemu_machine_find(machine, error);
    return request->machine ? 0 : -1;
}

// Those two differ by their nature: the words typed, and a reason with figures in it.
static bool may_differ(const char *key)
{
    return strcmp(key, "command") == 0 || strcmp(key, "accelerator") == 0;
}

// The first key by which an object differs from another; NULL when none does.
static const char *differing_key(json_t *begun, json_t *now)
{
    const char *key;
    json_t *value;
    json_object_foreach(begun, key,
                        value) if (!may_differ(key) &&
                                   !json_equal(value, json_object_get(now, key))) return key;
    return NULL;
}

int request_check_same(const json_t *begun, const json_t *now, struct error *error)
{
    const char *key = differing_key((json_t *)begun, (json_t *)now);
    if (!key)
        return 0;
    json_t *was = json_object_get(begun, key), *is = json_object_get(now, key);
    const char *inner = json_is_object(was) ? differing_key(was, is) : NULL;
    return error_set(error, EXIT_USAGE,
                     "the study was begun with another %s%s%s: what follows would not compare "
                     "(restore it, or run the study anew)",
                     key, inner ? "." : "", inner ? inner : "");
}
