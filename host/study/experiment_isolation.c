/* isolation: what is left of a server's performance while a neighbour on the same CPUs works hard.
 *
 * One server is measured alone, and again beside each neighbour in turn: one of its own
 * environment, or one of each environment of the plan. The share is the second figure of the first,
 * so that 100 % is a neighbour that is not felt, and half of a shared CPU is 50 %.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "environment/foreign.h"
#include "environment/isolation.h"
#include "load/http.h"
#include "study/experiment_bulk.h"
#include "study/experiment_compute.h"
#include "study/experiment_http.h"
#include "study/figures.h"
#include "study/neighbour.h"
#include "study/run.h"
#include "study/run_disk.h"
#include "study/target.h"

enum {
    MEASURE_ANSWER,   // a number of a GET's answer, better if higher
    MEASURE_RESPONSE, // the mean response at a rate, better if lower
    MEASURE_BULK,     // Gbit/s from the server
};
enum { NEIGHBOURS_SAME, NEIGHBOURS_EACH };
enum { BULK_BYTES = 4 << 20 };

struct isolation_settings {
    unsigned int measure;
    const char *figure; // the performance, by its name among the study's and in the answer
    const char *path;
    uint64_t rate_per_s;
    uint64_t duration_ns; // of one measurement
    const char *stress;   // the neighbour's payload
    const char *stress_path;
    unsigned int neighbours;
    uint64_t patience_ns;
};

static const char *const measures[] = {"answer", "response", "bulk", NULL};
static const char *const neighbour_choices[] = {"same", "each", NULL};

static const struct setting settings[] = {
    {.key = "measure",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct isolation_settings, measure),
     .otherwise_text = "answer",
     .choices = measures},
    {.key = "figure", .type = SETTING_TEXT, .offset = offsetof(struct isolation_settings, figure)},
    {.key = "path",
     .type = SETTING_TEXT,
     .offset = offsetof(struct isolation_settings, path),
     .otherwise_text = ""},
    {.key = "rate_per_s",
     .offset = offsetof(struct isolation_settings, rate_per_s),
     .minimum = 1,
     .maximum = 1000000,
     .otherwise = 100},
    {.key = "duration_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct isolation_settings, duration_ns),
     .minimum = NS_PER_S / 10,
     .maximum = 3600 * NS_PER_S,
     .otherwise = 10 * NS_PER_S},
    {.key = "stress", .type = SETTING_TEXT, .offset = offsetof(struct isolation_settings, stress)},
    {.key = "stress_path", // some second's work, for it is asked for it until all is measured
     .type = SETTING_TEXT,
     .offset = offsetof(struct isolation_settings, stress_path)},
    {.key = "neighbours",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct isolation_settings, neighbours),
     .otherwise_text = "same",
     .choices = neighbour_choices},
    {.key = "patience_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct isolation_settings, patience_ns),
     .minimum = NS_PER_S,
     .maximum = 3600 * NS_PER_S,
     .otherwise = 600 * NS_PER_S},
    {0},
};

static void check(const void *values, struct cfg *cfg, const config_setting_t *where)
{
    const struct isolation_settings *set = values;
    struct error unknown;
    if (set->measure == MEASURE_ANSWER && !*set->path)
        cfg_refuse(cfg, where, "the measure 'answer' wants a 'path'");
    if (!payload_find(set->stress, &unknown))
        cfg_refuse(cfg, where, "%s", unknown.text);
}

// One run's measurements, in turn.
struct measuring {
    struct run *run;
    const struct run_setting *setting;
    const struct isolation_settings *set;
    struct server server;
    json_t *figures;
    json_t *beside; // of the record: each neighbour's
    double alone;
    double alone_per_s; // achieved, of a rate
};

static int measure_answer(struct measuring *m, double *value, struct error *error)
{
    struct experiment_result result = {0};
    json_t *numbers = json_object();
    int code = experiment_compute_run(&m->server, m->set->path, m->set->patience_ns, numbers,
                                      &result, error);
    *value = json_number_value(json_object_get(numbers, m->set->figure));
    json_decref(numbers);
    json_decref(result.json);
    if (code < 0)
        return -1;
    if (result.is_failed)
        return error_set(error, EXIT_FAILED, "%s", result.reason);
    return *value > 0 ? 0 : error_set(error, EXIT_FAILED, "no '%s' in the answer", m->set->figure);
}

static int measure_response(struct measuring *m, double *value, double *per_s, struct error *error)
{
    struct http_load_result *http = calloc(1, sizeof *http);
    if (!http)
        return error_set(error, EXIT_FAILED, "out of memory for the load's result");
    int code = experiment_http_run(&m->server, m->set->rate_per_s, m->set->duration_ns,
                                   &m->run->ports, http, error);
    if (code == 0) {
        if (http_load_void(http, m->run->reason, sizeof m->run->reason))
            m->run->status = RUN_VOID;
        *value = http->response.mean_ns / NS_PER_MS;
        *per_s = http->achieved_per_s;
        if (http->completed == 0)
            code = error_set(error, EXIT_FAILED, "not one request was answered well");
        http_load_result_free(http);
    }
    free(http);
    return code;
}

static int measure_bulk(struct measuring *m, double *value, struct error *error)
{
    struct bulk_way way = {.request = BULK_BYTES,
                           .at_least_ns = m->set->duration_ns,
                           .patience_ns = m->set->patience_ns};
    if (experiment_bulk_move(&m->server, &way, error) < 0)
        return -1;
    *value = experiment_bulk_gbit_per_s(&way);
    return 0;
}

static int measure(struct measuring *m, double *value, double *per_s, struct error *error)
{
    *per_s = NAN;
    switch (m->set->measure) {
    case MEASURE_RESPONSE:
        return measure_response(m, value, per_s, error);
    case MEASURE_BULK:
        return measure_bulk(m, value, error);
    default:
        return measure_answer(m, value, error);
    }
}

// The first is what an emulated guest is translated in, and does not count.
static int measure_alone(struct measuring *m, struct error *error)
{
    if (measure(m, &m->alone, &m->alone_per_s, error) < 0 ||
        measure(m, &m->alone, &m->alone_per_s, error) < 0)
        return -1;
    figures_add(m->figures, m->set->figure, m->alone);
    return 0;
}

static double percent_left(const struct measuring *m, double beside)
{
    bool lower_is_better = m->set->measure == MEASURE_RESPONSE;
    return 100 * (lower_is_better ? m->alone / beside : beside / m->alone);
}

static void add_share(struct measuring *m, const struct environment *environment, double beside,
                      double per_s, unsigned int asked)
{
    char name[80];
    double percent = percent_left(m, beside);
    snprintf(name, sizeof name, "beside_%s_percent", environment->name);
    figures_add(m->figures, name, percent);
    if (environment == m->server.environment) {
        figures_add(m->figures, "left_percent", percent);
        figures_add(m->figures, "achieved_percent", 100 * per_s / m->alone_per_s);
        snprintf(m->run->key_figure, sizeof m->run->key_figure, "%.0f %% left", percent);
    }
    json_object_set_new(m->beside, environment->name,
                        json_pack("{s:f, s:f, s:i}", "value", beside, "left_percent", percent,
                                  "asked", (int)asked));
}

static int measure_beside(struct measuring *m, const struct environment *environment,
                          struct error *error)
{
    static const uint64_t SETTLING_NS = NS_PER_S / 2;
    struct neighbour neighbour;
    struct error late;
    double value = NAN, per_s = NAN;
    if (neighbour_start(&neighbour, environment, &m->server.options, m->set->stress,
                        m->set->stress_path, m->setting->network, error) < 0)
        return -1;
    target_pause(SETTLING_NS);
    int code = measure(m, &value, &per_s, error);
    int worked = neighbour_stop(&neighbour, &late);
    if (code == 0 && worked < 0)
        *error = late;
    if (code == 0 && worked == 0)
        add_share(m, environment, value, per_s, neighbour.asked);
    return code < 0 ? code : worked;
}

// Those who are not there lack, and the reason with them.
static void lack_others(struct measuring *m)
{
    char name[80];
    for (size_t i = 0; i < environment_count; i++) {
        snprintf(name, sizeof name, "beside_%s_percent", environments[i]->name);
        if (!json_object_get(m->figures, name))
            figures_lack(m->figures, name, "no such neighbour in this run");
    }
    if (m->set->measure != MEASURE_RESPONSE)
        figures_lack(m->figures, "achieved_percent", "it is not loaded at a rate");
}

// A guest that is not ours has no payload that could be its stress.
static int measure_all(struct measuring *m, struct error *error)
{
    const struct plan *plan = m->setting->plan;
    if (measure_alone(m, error) < 0)
        return -1;
    for (unsigned int i = 0; i < plan->environment_count && !isolation_interrupted(); i++) {
        const struct environment *environment = plan->environments[i];
        bool wanted = m->set->neighbours == NEIGHBOURS_EACH || environment == m->server.environment;
        if (wanted && !environment->foreign && measure_beside(m, environment, error) < 0)
            return -1;
    }
    lack_others(m);
    return 0;
}

static void add_measured(struct run *run, const struct measuring *m,
                         const struct scenario *scenario, uint64_t elapsed_ns)
{
    json_object_set_new(run->record, "load",
                        json_pack("{s:I, s:f, s:O}", "elapsed_ns", (json_int_t)elapsed_ns, "alone",
                                  m->alone, "beside", m->beside));
    figures_record(run->record, m->figures, scenario);
}

static int execute(struct run *run, const struct run_setting *setting, unsigned int index,
                   const char *console_path, struct error *error)
{
    const struct schedule_entry *entry = &setting->plan->order[index];
    const struct scenario *scenario = setting->plan->scenarios[entry->scenario];
    const struct environment *environment = setting->plan->environments[entry->environment];
    struct measuring m = {
        .run = run, .setting = setting, .set = plan_settings(setting->plan, scenario)};
    struct server_options options;
    struct run_disk disk;
    int code = -1;

    if (run_server_options(&options, setting, scenario, environment, console_path, error) < 0 ||
        run_disk_make(&disk, &options, environment, error) < 0)
        return -1;
    if (server_start(&m.server, environment, &options, setting->network,
                     server_patience_ns(environment), error) == 0) {
        uint64_t begun_ns = clock_now_ns();
        m.figures = json_object();
        m.beside = json_object();
        run_add_server(run, &m.server);
        code = measure_all(&m, error);
        server_stop(&m.server, setting->network);
        if (code == 0)
            add_measured(run, &m, scenario, clock_now_ns() - begun_ns);
        json_decref(m.figures);
        json_decref(m.beside);
    }
    run_disk_remove(&disk);
    return code;
}

// Alone twice. duration_s is, for a GET, what its path says too.
static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    (void)guests;
    return boot_ns + 2 * ((const struct isolation_settings *)values)->duration_ns;
}

// Half a second of settling, and one for the neighbour's last request.
static uint64_t estimate_beside_ns(const void *values, bool own, uint64_t boot_ns)
{
    const struct isolation_settings *set = values;
    bool wanted = own || set->neighbours == NEIGHBOURS_EACH;
    return wanted ? boot_ns + set->duration_ns + 3 * NS_PER_S / 2 : 0;
}

const struct experiment experiment_isolation = {
    .kind = "isolation",
    .has_guests = true,
    .speaks = "http",
    .settings = settings,
    .settings_bytes = sizeof(struct isolation_settings),
    .check = check,
    .estimate_ns = estimate_ns,
    .estimate_beside_ns = estimate_beside_ns,
    .execute = execute,
};
