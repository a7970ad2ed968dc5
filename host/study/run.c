/* One run of a study; see run.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/run.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "environment/foreign.h"
#include "environment/server.h"
#include "measure/canary.h"
#include "study/experiment.h"
#include "study/results.h"

int run_server_options(struct server_options *options, const struct run_setting *setting,
                       const struct scenario *scenario, const struct environment *environment,
                       const char *console_path, struct error *error)
{
    const struct plan *plan = setting->plan;
    const struct foreign *guest = environment->foreign;
    const struct payload *payload =
        guest ? &guest->payload : payload_find(scenario->payload, error);
    if (!payload)
        return -1;
    *options = (struct server_options){
        .payload = payload,
        .arguments = scenario->arguments,
        .port = payload->port,
        .memory_mib = plan_memory_mib(plan, scenario),
        .vcpus = scenario->vcpus,
        .machine = plan->machine,
        .accelerator = &plan->accelerator,
        .console_path = console_path,
        .cpus = plan_server_cpus(plan, scenario),
        .libvirt = setting->libvirt,
        .stats = "0", // at its end alone: nothing is printed under load
    };
    return 0;
}

// Before the server is there: what the machine itself can do just now.
static void add_canary(json_t *record)
{
    struct canary canary = canary_take();
    json_object_set_new(record, "canary",
                        json_pack("{s:I, s:I}", "wall_ns", (json_int_t)canary.wall_ns, "cpu_ns",
                                  (json_int_t)canary.cpu_ns));
}

// No object of ours is in it: what it booted is named instead.
static void add_images(json_t *record, const json_t *manifest,
                       const struct environment *environment)
{
    size_t i;
    json_t *guest;
    json_object_set_new(record, "object_sha256", json_null());
    json_array_foreach(json_object_get(manifest, "guests"), i, guest)
    {
        const char *name = json_string_value(json_object_get(guest, "name"));
        if (name && strcmp(name, environment->name) == 0)
            json_object_set(record, "image_sha256", json_object_get(guest, "sha256"));
    }
}

// The record stands alone: which code ran, under which versions, is in every one.
static void add_origin(json_t *record, const json_t *manifest, const struct scenario *scenario,
                       const struct environment *environment)
{
    char object[64];
    const json_t *hashes = json_object_get(manifest, "sha256");
    snprintf(object, sizeof object, "payload/%s.o", scenario->payload);
    if (environment->foreign)
        add_images(record, manifest, environment);
    else if (json_object_set(record, "object_sha256", json_object_get(hashes, object)) < 0)
        json_object_set_new(record, "object_sha256", json_null()); // a reference server has none
    json_object_set(record, "versions", json_object_get(manifest, "versions"));
}

static json_t *begin_record(const struct run_setting *setting, unsigned int index,
                            unsigned int attempt)
{
    char started[32];
    time_t now = time(NULL);
    struct tm utc;
    const struct plan *plan = setting->plan;
    const struct schedule_entry *entry = &plan->order[index];
    const struct environment *environment = plan->environments[entry->environment];
    const struct scenario *scenario = plan->scenarios[entry->scenario];

    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_t *record = json_object();
    json_object_set_new(record, "schema", json_integer(RESULTS_SCHEMA));
    json_object_set_new(record, "run", json_integer(index));
    json_object_set_new(record, "attempt", json_integer(attempt));
    json_object_set_new(record, "block", json_integer(entry->block));
    json_object_set_new(record, "scenario", json_string(scenario->name));
    json_object_set_new(record, "kind", json_string(scenario->kind));
    json_object_set_new(record, "environment", json_string(environment->name));
    json_object_set_new(record, "payload", json_string(scenario->payload));
    add_origin(record, setting->manifest, scenario, environment);
    json_object_set_new(record, "started", json_string(started));
    json_object_set_new(record, "memory_mib", json_integer(plan_memory_mib(plan, scenario)));
    if (environment->is_guest) {
        json_object_set_new(record, "machine", json_string(plan->machine));
        json_object_set_new(record, "via", json_string(plan->via_libvirt ? "libvirt" : "qemu"));
        json_object_set_new(record, "accelerator",
                            json_string(accelerator_name(&plan->accelerator)));
    }
    return record;
}

void run_add_server(struct run *run, const struct server *server)
{
    json_object_set_new(run->record, "boot_ns", json_integer((json_int_t)server->boot_ns));
    json_object_set_new(run->record, "argv", argv_json(&server->argv));
    json_object_set_new(run->record, "confinement", confinement_json(server));
}

void run_add_elapsed(struct run *run, uint64_t begun_ns)
{
    json_object_set_new(run->record, "load",
                        json_pack("{s:I}", "elapsed_ns", (json_int_t)(clock_now_ns() - begun_ns)));
}

void run_execute(struct run *run, const struct run_setting *setting, unsigned int index,
                 unsigned int attempt, const char *console_path)
{
    const struct schedule_entry *entry = &setting->plan->order[index];
    const struct experiment *experiment = setting->plan->scenarios[entry->scenario]->experiment;
    struct error error;

    memset(run, 0, sizeof *run);
    run->record = begin_record(setting, index, attempt);
    add_canary(run->record);
    int code = experiment->execute ? experiment->execute(run, setting, index, console_path, &error)
                                   : run_of_load(run, setting, index, console_path, &error);
    if (code < 0) {
        run->status = RUN_FAILED;
        snprintf(run->reason, sizeof run->reason, "%.*s", (int)sizeof run->reason - 1, error.text);
    }
    json_object_set_new(run->record, "status", json_string(run_status_name(run->status)));
    json_object_set_new(run->record, "reason", json_string(run->reason));
}
