/* A run that is a load on one server: boot, warm-up, the load between two readings; see run.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "environment/isolation.h"
#include "measure/realtime.h"
#include "measure/sampler.h"
#include "study/counters.h"
#include "study/experiment.h"
#include "study/figures.h"
#include "study/reading.h"
#include "study/run_disk.h"
#include "study/target.h"

static const double BYTES_PER_MIB = 1 << 20;

static void note_realtime(json_t *record, int64_t shift_ns)
{
    json_object_set_new(record, "realtime_shift_ns", json_integer((json_int_t)shift_ns));
    if (realtime_is_step(shift_ns))
        fprintf(stderr, "thrice: the wall clock stepped by %.1f s; no figure depends on it\n",
                (double)shift_ns / NS_PER_S);
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static int run_load(const struct experiment *experiment, const void *settings,
                    const struct server *server, struct source_ports *ports, json_t *figures,
                    struct experiment_result *result, struct error *error)
{
    int code = experiment->load(settings, server, ports, figures, result, error);
    if (code == 0 && !result->json)
        return error_set(error, EXIT_FAILED, "out of memory for the load's result");
    return code;
}

// What any load has: of the readings around it, and of the samples meanwhile.
static void add_usage_figures(json_t *figures, const json_t *usage, const json_t *samples,
                              const json_t *load)
{
    double cpu_ns = number_of(usage, "cpu_ns"), elapsed_ns = number_of(load, "elapsed_ns");
    double busy_ns = number_of(json_object_get(usage, "host"), "busy_ns");
    double rss_bytes = fmax(number_of(samples, "rss_bytes_max"), number_of(usage, "rss_bytes"));
    figures_add(figures, "cpu_percent", 100 * cpu_ns / elapsed_ns);
    figures_add(figures, "host_cpu_percent", 100 * busy_ns / number_of(usage, "wall_ns"));
    figures_add(figures, "host_busy_percent",
                100 * busy_ns / number_of(usage, "wall_ns") /
                    (double)sysconf(_SC_NPROCESSORS_ONLN));
    figures_add(figures, "ticks",
                number_of(usage, "user_ticks") + number_of(usage, "system_ticks"));
    figures_add(figures, "ram_mib", rss_bytes / BYTES_PER_MIB);
}

// The load with a second of measurement on either side of it.
static int measure(struct run *run, const struct server *server, const struct run_setting *setting,
                   const struct scenario *scenario, struct error *error)
{
    struct reading before = {0}, after = {0};
    struct experiment_result result = {0};
    json_t *figures = json_object();
    struct sampler *sampler =
        sampler_start(server->payload_pid, server->has_cgroup ? &server->cgroup : NULL, error);
    json_t *usage = NULL;
    int code = -1;

    if (!sampler)
        goto out;
    target_pause(RUN_MARGIN_NS);
    int64_t ahead_ns = realtime_ahead_ns();
    if (reading_take(&before, server, error) < 0 ||
        run_load(scenario->experiment, plan_settings(setting->plan, scenario), server, &run->ports,
                 figures, &result, error) < 0)
        goto out;
    code = reading_take(&after, server, error);
    if (code == 0) {
        usage = reading_json(&before, &after, server);
        code = usage_add_memory(usage, server, error);
    }
    target_pause(RUN_MARGIN_NS);
    sampler_stop(sampler);
    if (code == 0) {
        run->status = result.is_failed ? RUN_FAILED : result.is_void ? RUN_VOID : RUN_GOOD;
        snprintf(run->reason, sizeof run->reason, "%s", result.reason);
        snprintf(run->key_figure, sizeof run->key_figure, "%s", result.key_figure);
        json_object_set(run->record, "usage", usage);
        note_realtime(run->record, realtime_ahead_ns() - ahead_ns);
        json_object_set_new(run->record, "samples", sampler_json(sampler));
        json_object_set(run->record, "load", result.json);
        if (json_object_size(figures) > 0) {
            add_usage_figures(figures, usage, json_object_get(run->record, "samples"), result.json);
            figures_add(figures, "boot_ms", (double)server->boot_ns / NS_PER_MS);
            figures_record(run->record, figures, scenario);
        }
    }
    json_decref(result.json);
    json_decref(usage);
out:
    reading_release(&before);
    reading_release(&after);
    if (sampler)
        sampler_free(sampler);
    json_decref(figures);
    return code;
}

static int warm_up(struct run *run, const struct server *server, const struct scenario *scenario,
                   struct error *error)
{
    struct experiment_result result = {0};
    if (!scenario->warm_up)
        return 0;
    json_t *figures = json_object();
    int code = run_load(scenario->experiment->warm_up, scenario->warm_up, server, &run->ports,
                        figures, &result, error);
    // Kept small: it is excluded from every figure, and here only to be seen.
    if (code == 0)
        json_object_set_new(run->record, "warm_up", json_string(result.key_figure));
    json_decref(result.json);
    json_decref(figures);
    return code;
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

int run_of_load(struct run *run, const struct run_setting *setting, unsigned int index,
                const char *console_path, struct error *error)
{
    const struct plan *plan = setting->plan;
    const struct schedule_entry *entry = &plan->order[index];
    const struct scenario *scenario = plan->scenarios[entry->scenario];
    const struct environment *environment = plan->environments[entry->environment];
    struct server_options options;
    struct run_disk disk;
    struct server server;

    if (run_server_options(&options, setting, scenario, environment, console_path, error) < 0 ||
        run_disk_make(&disk, &options, environment, error) < 0)
        return -1;
    if (server_start(&server, environment, &options, setting->network,
                     server_patience_ns(environment), error) < 0) {
        run_disk_remove(&disk);
        return -1;
    }
    run_add_server(run, &server);
    add_congestion_control(run->record, setting->network, &server.port);
    int code = warm_up(run, &server, scenario, error);
    if (code == 0)
        code = measure(run, &server, setting, scenario, error);
    server_stop(&server, setting->network);
    run_disk_remove(&disk);
    json_t *counters = counters_read(console_path);
    if (counters)
        json_object_set_new(run->record, "counters", counters);
    json_object_set_new(run->record, "shutdown_ns",
                        server.shutdown_ns > 0 ? json_integer((json_int_t)server.shutdown_ns)
                                               : json_null());
    return code;
}
