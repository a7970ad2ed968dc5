/* One run of a study; see run.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/run.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "environment/foreign.h"
#include "environment/isolation.h"
#include "environment/server.h"
#include "measure/canary.h"
#include "measure/realtime.h"
#include "measure/sampler.h"
#include "study/counters.h"
#include "study/loader.h"
#include "study/reading.h"
#include "study/results.h"

static void note_realtime(json_t *record, int64_t shift_ns)
{
    json_object_set_new(record, "realtime_shift_ns", json_integer((json_int_t)shift_ns));
    if (realtime_is_step(shift_ns))
        fprintf(stderr, "thrice: the wall clock stepped by %.1f s; no figure depends on it\n",
                (double)shift_ns / NS_PER_S);
}

// The load with a second of measurement on either side of it.
static int measure(struct run *run, const struct server *server, const struct scenario *scenario,
                   const struct load *load, struct error *error)
{
    struct reading before = {0}, after = {0};
    struct loader_result result;
    struct sampler *sampler =
        sampler_start(server->payload_pid, server->has_cgroup ? &server->cgroup : NULL, error);
    json_t *usage = NULL;
    int code = -1;

    if (!sampler)
        return -1;
    loader_pause(RUN_MARGIN_NS);
    int64_t ahead_ns = realtime_ahead_ns();
    if (reading_take(&before, server, error) < 0 ||
        loader_run(scenario, load, server, &run->ports, &result, error) < 0)
        goto out;
    code = reading_take(&after, server, error);
    if (code == 0) {
        usage = reading_json(&before, &after, server);
        code = usage_add_memory(usage, server, error);
    }
    loader_pause(RUN_MARGIN_NS);
    sampler_stop(sampler);
    if (code == 0) {
        run->status = result.is_failed ? RUN_FAILED : result.is_void ? RUN_VOID : RUN_GOOD;
        snprintf(run->reason, sizeof run->reason, "%s", result.reason);
        snprintf(run->key_figure, sizeof run->key_figure, "%s", result.key_figure);
        json_object_set(run->record, "usage", usage);
        note_realtime(run->record, realtime_ahead_ns() - ahead_ns);
        json_object_set_new(run->record, "samples", sampler_json(sampler));
        json_object_set(run->record, "load", result.json);
    }
    json_decref(result.json);
    json_decref(usage);
out:
    reading_release(&before);
    reading_release(&after);
    sampler_free(sampler);
    return code;
}

static int warm_up(struct run *run, const struct server *server, const struct scenario *scenario,
                   struct error *error)
{
    struct loader_result result;
    if (loader_run(scenario, &scenario->warm_up, server, &run->ports, &result, error) < 0)
        return -1;
    // Kept small: it is excluded from every figure, and here only to be seen.
    json_object_set_new(run->record, "warm_up", json_string(result.key_figure));
    json_decref(result.json);
    return 0;
}

// A guest's TCP is its own, and not ours to choose.
static void add_congestion_control(json_t *record, const struct network *network,
                                   const struct network_port *port)
{
    bool ours = port->congestion_control[0] != '\0';
    json_object_set_new(record, "congestion_control",
                        json_pack("{s:s, s:s?}", "client", network->congestion_control, "server",
                                  ours ? port->congestion_control : NULL));
}

static int boot_and_measure(struct run *run, const struct run_setting *setting,
                            const struct schedule_entry *entry, const char *console_path,
                            struct error *error)
{
    const struct plan *plan = setting->plan;
    const struct scenario *scenario = plan->scenarios[entry->scenario];
    const struct foreign *guest = plan->environments[entry->environment]->foreign;
    const struct payload *payload =
        guest ? &guest->payload : payload_find(scenario->payload, error);
    struct load load = plan_load(plan, scenario);
    struct server server;
    struct server_options options = {
        .payload = payload,
        .arguments = scenario->arguments,
        .port = payload->port,
        .memory_mib = plan->memory_mib,
        .machine = plan->machine,
        .accelerator = &plan->accelerator,
        .console_path = console_path,
        .cpus = &plan->cpus.server,
        .libvirt = setting->libvirt,
        .stats = "0", // at its end alone: nothing is printed under load
    };
    if (server_start(&server, plan->environments[entry->environment], &options, setting->network,
                     server_patience_ns(plan->environments[entry->environment]), error) < 0)
        return -1;
    json_object_set_new(run->record, "boot_ns", json_integer((json_int_t)server.boot_ns));
    json_object_set_new(run->record, "argv", argv_json(&server.argv));
    json_object_set_new(run->record, "confinement", confinement_json(&server));
    add_congestion_control(run->record, setting->network, &server.port);
    int code = warm_up(run, &server, scenario, error);
    if (code == 0)
        code = measure(run, &server, scenario, &load, error);
    server_stop(&server, setting->network);
    json_t *counters = counters_read(console_path);
    if (counters)
        json_object_set_new(run->record, "counters", counters);
    json_object_set_new(run->record, "shutdown_ns",
                        server.shutdown_ns > 0 ? json_integer((json_int_t)server.shutdown_ns)
                                               : json_null());
    return code;
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
    else
        json_object_set(record, "object_sha256", json_object_get(hashes, object));
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
    json_object_set_new(record, "environment", json_string(environment->name));
    json_object_set_new(record, "payload", json_string(scenario->payload));
    add_origin(record, setting->manifest, scenario, environment);
    json_object_set_new(record, "started", json_string(started));
    json_object_set_new(record, "memory_mib", json_integer(plan->memory_mib));
    if (environment->is_guest) {
        json_object_set_new(record, "machine", json_string(plan->machine));
        json_object_set_new(record, "via", json_string(plan->via_libvirt ? "libvirt" : "qemu"));
        json_object_set_new(record, "accelerator",
                            json_string(accelerator_name(&plan->accelerator)));
    }
    return record;
}

void run_execute(struct run *run, const struct run_setting *setting, unsigned int index,
                 unsigned int attempt, const char *console_path)
{
    struct error error;

    memset(run, 0, sizeof *run);
    run->record = begin_record(setting, index, attempt);
    add_canary(run->record);
    if (boot_and_measure(run, setting, &setting->plan->order[index], console_path, &error) < 0) {
        run->status = RUN_FAILED;
        snprintf(run->reason, sizeof run->reason, "%.*s", (int)sizeof run->reason - 1, error.text);
    }
    json_object_set_new(run->record, "status", json_string(run_status_name(run->status)));
    json_object_set_new(run->record, "reason", json_string(run->reason));
}
