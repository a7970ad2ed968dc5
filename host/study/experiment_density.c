/* density: several servers started at one instant, then perhaps asked for the same work at one
 * instant, then ended together: the latency of each and of all, what one more of them takes of
 * memory, and, where the work answers with numbers, their mean over the servers.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "environment/usage.h"
#include "load/fetch.h"
#include "study/experiment_compute.h"
#include "study/figures.h"
#include "study/run.h"
#include "study/run_disk.h"

struct density_settings {
    const char *path;     // that all are asked for; "": nothing
    uint64_t expected_ns; // of one alone: together they share the CPUs
    uint64_t lasting_ns;  // of work that is over after a time
    uint64_t patience_ns;
};

static const struct setting settings[] = {
    {.key = "path",
     .type = SETTING_TEXT,
     .offset = offsetof(struct density_settings, path),
     .otherwise_text = ""},
    {.key = "expected_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct density_settings, expected_ns),
     .maximum = 3600 * NS_PER_S,
     .otherwise = 0},
    {.key = "lasting_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct density_settings, lasting_ns),
     .maximum = 3600 * NS_PER_S,
     .otherwise = 0},
    {.key = "patience_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct density_settings, patience_ns),
     .minimum = NS_PER_S,
     .maximum = 3600 * NS_PER_S,
     .otherwise = 600 * NS_PER_S},
    {0},
};

static const uint64_t THREADS_NS = 20 * NS_PER_MS; // for all to be there

// Mean and largest of some times, as two figures in milliseconds.
static void add_times(json_t *figures, const char *name, const uint64_t *times_ns, size_t count)
{
    char key[64];
    uint64_t sum_ns = 0, worst_ns = 0;
    for (size_t i = 0; i < count; i++) {
        sum_ns += times_ns[i];
        worst_ns = times_ns[i] > worst_ns ? times_ns[i] : worst_ns;
    }
    snprintf(key, sizeof key, "%s_mean_ms", name);
    figures_add(figures, key, (double)sum_ns / (double)count / NS_PER_MS);
    snprintf(key, sizeof key, "%s_worst_ms", name);
    figures_add(figures, key, (double)worst_ns / NS_PER_MS);
}

// Each with a disk of its own, where the payload wants one.
static int begin_one(struct server *server, struct run_disk *disk,
                     const struct environment *environment, const struct server_options *options,
                     struct network *network, struct error *error)
{
    struct server_options own = *options;
    if (run_disk_make(disk, &own, environment, error) < 0)
        return -1;
    return server_begin(server, environment, &own, network, error);
}

static int begin_all(struct server *servers, struct run_disk *disks, unsigned int count,
                     const struct environment *environment, const struct server_options *options,
                     struct network *network, struct error *error)
{
    for (unsigned int i = 0; i < count; i++)
        if (begin_one(&servers[i], &disks[i], environment, options, network, error) < 0) {
            server_stop_all(servers, i, network);
            return -1;
        }
    // They share the CPUs: what one of them takes alone is no measure of all.
    uint64_t patience_ns = server_patience_ns(environment) * (2 + count) / 2;
    return server_await(servers, count, network, patience_ns, error);
}

static void add_boot(json_t *figures, const struct server *servers, unsigned int count)
{
    uint64_t times_ns[SERVERS_MAX] = {0}, last_ns = 0;
    for (unsigned int i = 0; i < count; i++) {
        uint64_t answered_ns = servers[i].program.started_ns + servers[i].boot_ns;
        times_ns[i] = servers[i].boot_ns;
        last_ns = answered_ns > last_ns ? answered_ns : last_ns;
    }
    add_times(figures, "boot", times_ns, count);
    figures_add(figures, "boot_all_ms",
                (double)(last_ns - servers[0].program.started_ns) / NS_PER_MS);
    figures_add(figures, "cpu_overcommit",
                (double)count * servers[0].options.vcpus / (double)sysconf(_SC_NPROCESSORS_ONLN));
}

enum { ANSWER_BYTES = 2048 };

// Adds the mean of each number of the answers.
static void add_answers(json_t *figures, char answers[][ANSWER_BYTES], unsigned int count)
{
    const char *name;
    json_t *sums = json_object(), *value;
    for (unsigned int i = 0; i < count; i++) {
        const char *body = strstr(answers[i], "\r\n\r\n");
        json_t *answer = body ? json_loads(body, 0, NULL) : NULL, *numbers = json_object();
        experiment_compute_numbers(numbers, answer);
        json_object_foreach(numbers, name, value)
        {
            double sum = json_number_value(json_object_get(sums, name)) + json_number_value(value);
            json_object_set_new(sums, name, json_real(sum));
        }
        json_decref(numbers);
        json_decref(answer);
    }
    json_object_foreach(sums, name, value)
        figures_add(figures, name, json_number_value(value) / count);
    json_decref(sums);
}

// One thread each, which all connect at one instant: when the last of them is there.
static int work_together(json_t *figures, const struct server *servers, unsigned int count,
                         const struct density_settings *set, struct error *error)
{
    static char answers[SERVERS_MAX][ANSWER_BYTES];
    struct fetch fetches[SERVERS_MAX];
    uint64_t times_ns[SERVERS_MAX] = {0}, due_ns = clock_now_ns() + THREADS_NS;
    unsigned int begun = 0;
    int code = 0;
    while (begun < count && code == 0) {
        fetches[begun] = (struct fetch){.address = servers[begun].port.address,
                                        .port = servers[begun].options.port,
                                        .path = set->path,
                                        .due_ns = due_ns,
                                        .answer = answers[begun],
                                        .answer_size = ANSWER_BYTES,
                                        .timeout_ns = set->patience_ns};
        code = fetch_begin(&fetches[begun], error);
        begun += code == 0;
    }
    for (unsigned int i = 0; i < begun; i++) {
        if (fetch_join(&fetches[i]) < 0) {
            *error = fetches[i].error;
            code = -1;
        }
        times_ns[i] = fetches[i].elapsed_ns;
    }
    if (code == 0) {
        add_times(figures, "work", times_ns, count);
        add_answers(figures, answers, count);
    }
    return code;
}

// Sums of PSS and private dirty bytes.
static int read_memory(const struct server *servers, unsigned int count, double *pss, double *dirty,
                       struct error *error)
{
    *pss = *dirty = 0;
    for (unsigned int i = 0; i < count; i++) {
        json_t *memory = json_object();
        int code = usage_add_memory(memory, &servers[i], error);
        *pss += json_number_value(json_object_get(memory, "pss_bytes"));
        *dirty += json_number_value(json_object_get(memory, "private_dirty_bytes"));
        json_decref(memory);
        if (code < 0)
            return -1;
    }
    return 0;
}

enum { MIB = 1 << 20 };

// The last one is ended for it: what is left then is what one less of them takes.
static int end_last(json_t *figures, struct server *servers, unsigned int count,
                    struct network *network, struct error *error)
{
    double pss, dirty, pss_less, dirty_less;
    int code = read_memory(servers, count, &pss, &dirty, error);
    server_stop(&servers[count - 1], network);
    if (code == 0)
        code = read_memory(servers, count - 1, &pss_less, &dirty_less, error);
    if (code == 0) {
        figures_add(figures, "pss_mib", pss / count / MIB);
        figures_add(figures, "one_more_pss_mib", (pss - pss_less) / MIB);
        figures_add(figures, "one_more_dirty_mib", (dirty - dirty_less) / MIB);
    }
    return code;
}

static void end_all(json_t *figures, struct server *servers, unsigned int count,
                    struct network *network)
{
    uint64_t times_ns[SERVERS_MAX] = {0}, asked_ns = clock_now_ns();
    bool killed = false;
    if (count > 1)
        server_stop_all(servers, count - 1, network);
    uint64_t all_ns = clock_now_ns() - asked_ns;
    for (unsigned int i = 0; i < count; i++) {
        times_ns[i] = servers[i].shutdown_ns;
        killed = killed || times_ns[i] == 0;
    }
    if (killed)
        figures_lack(figures, "stop_mean_ms", "one was killed");
    else
        add_times(figures, "stop", times_ns, count);
    if (count > 1)
        figures_add(figures, "stop_all_ms", (double)all_ns / NS_PER_MS);
    else
        figures_lack(figures, "stop_all_ms", "there is one alone");
}

static int run_together(struct run *run, const struct run_setting *setting,
                        const struct scenario *scenario, const struct environment *environment,
                        const struct server_options *options, struct run_disk *disks,
                        struct error *error)
{
    const struct density_settings *set = plan_settings(setting->plan, scenario);
    struct server servers[SERVERS_MAX];
    unsigned int count = scenario->guests;

    if (begin_all(servers, disks, count, environment, options, setting->network, error) < 0)
        return -1;
    uint64_t begun_ns = clock_now_ns();
    json_t *figures = json_object();
    run_add_server(run, &servers[0]);
    add_boot(figures, servers, count);
    int code = 0;
    if (*set->path)
        code = work_together(figures, servers, count, set, error);
    int remembered = end_last(figures, servers, count, setting->network, error);
    end_all(figures, servers, count, setting->network);
    run_add_elapsed(run, begun_ns);
    if (code == 0 && remembered == 0) {
        snprintf(run->key_figure, sizeof run->key_figure, "%u serving after %.0f ms", count,
                 json_number_value(json_object_get(figures, "boot_all_ms")));
        figures_record(run->record, figures, scenario);
    }
    json_decref(figures);
    return code < 0 ? code : remembered;
}

static int execute(struct run *run, const struct run_setting *setting, unsigned int index,
                   const char *console_path, struct error *error)
{
    const struct schedule_entry *entry = &setting->plan->order[index];
    const struct scenario *scenario = setting->plan->scenarios[entry->scenario];
    const struct environment *environment = setting->plan->environments[entry->environment];
    struct server_options options;

    if (run_server_options(&options, setting, scenario, environment, console_path, error) < 0)
        return -1;
    struct run_disk *disks = calloc(scenario->guests, sizeof *disks);
    int code = disks ? run_together(run, setting, scenario, environment, &options, disks, error)
                     : error_set(error, EXIT_FAILED, "out of memory");
    for (unsigned int i = 0; disks && i < scenario->guests; i++)
        run_disk_remove(&disks[i]);
    free(disks);
    return code;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    const struct density_settings *set = values;
    return guests * (boot_ns / 2 + set->expected_ns) + set->lasting_ns + 2 * NS_PER_S;
}

const struct experiment experiment_density = {
    .kind = "density",
    .has_guests = true,
    .settings = settings,
    .settings_bytes = sizeof(struct density_settings),
    .estimate_ns = estimate_ns,
    .execute = execute,
};
