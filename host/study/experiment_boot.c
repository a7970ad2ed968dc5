/* boot: from exec to the first answer, by its stamps: first byte on the console, first SYN-ACK,
 * first 200. The server is asked in a tight loop, by a new connection each time. Where it is
 * wished, a guest is reset then, and timed until it answers again.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

#include "clock.h"
#include "study/figures.h"
#include "study/run.h"

struct boot_settings {
    uint64_t poll_us;
    uint64_t reset; // 1: press the reset button too
};

static const struct setting settings[] = {
    {.key = "poll_us",
     .offset = offsetof(struct boot_settings, poll_us),
     .minimum = 100,
     .maximum = 1000,
     .otherwise = 1000},
    {.key = "reset", .offset = offsetof(struct boot_settings, reset), .maximum = 1},
    {0},
};

// A thread that looks at the console's file, as often as the server is asked.
struct watch {
    const char *path;
    uint64_t quantum_ns;
    atomic_bool over;
    uint64_t first_byte_ns; // monotonic; 0: none
};

static void *watch_console(void *argument)
{
    struct watch *watch = argument;
    struct stat status;
    while (!watch->over && watch->first_byte_ns == 0) {
        if (stat(watch->path, &status) == 0 && status.st_size > 0)
            watch->first_byte_ns = clock_now_ns();
        clock_sleep_until_ns(clock_now_ns() + watch->quantum_ns);
    }
    return NULL;
}

static void add_stamps(json_t *record, json_t *figures, const struct server *server,
                       const struct watch *watch)
{
    uint64_t started_ns = server->program.started_ns;
    json_t *load = json_pack("{s:I, s:I, s:I, s:I}", "elapsed_ns", (json_int_t)server->boot_ns,
                             "syn_ack_ns", (json_int_t)server->connect_ns, "answer_ns",
                             (json_int_t)server->boot_ns, "poll_ns", (json_int_t)watch->quantum_ns);
    figures_add(figures, "boot_s", (double)server->boot_ns / NS_PER_S);
    figures_add(figures, "boot_ms", (double)server->boot_ns / NS_PER_MS);
    figures_add(figures, "syn_ack_ms", (double)server->connect_ns / NS_PER_MS);
    figures_add(figures, "poll_ms", (double)watch->quantum_ns / NS_PER_MS);
    if (watch->first_byte_ns > started_ns) {
        uint64_t byte_ns = watch->first_byte_ns - started_ns;
        figures_add(figures, "console_ms", (double)byte_ns / NS_PER_MS);
        json_object_set_new(load, "console_ns", json_integer((json_int_t)byte_ns));
    } else {
        figures_lack(figures, "console_ms", "nothing was printed before the first answer");
    }
    json_object_set_new(record, "load", load);
}

static int start_watched(struct server *server, const struct environment *environment,
                         const struct server_options *options, struct network *network,
                         struct watch *watch, struct error *error)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, watch_console, watch) != 0)
        return error_set(error, EXIT_FAILED, "no thread to watch the console");
    int code =
        server_start(server, environment, options, network, server_patience_ns(environment), error);
    watch->over = true;
    pthread_join(thread, NULL);
    return code;
}

static int add_reset(json_t *figures, const struct environment *environment, struct server *server,
                     struct error *error)
{
    uint64_t reset_ns;
    if (!environment->is_guest) {
        figures_lack(figures, "reset_ms", "it has no reset button");
        return 0;
    }
    if (server_reset(server, server_patience_ns(environment), &reset_ns, error) < 0)
        return -1;
    figures_add(figures, "reset_ms", (double)reset_ns / NS_PER_MS);
    return 0;
}

static int execute(struct run *run, const struct run_setting *setting, unsigned int index,
                   const char *console_path, struct error *error)
{
    const struct schedule_entry *entry = &setting->plan->order[index];
    const struct scenario *scenario = setting->plan->scenarios[entry->scenario];
    const struct environment *environment = setting->plan->environments[entry->environment];
    const struct boot_settings *set = plan_settings(setting->plan, scenario);
    struct watch watch = {.path = console_path, .quantum_ns = set->poll_us * NS_PER_US};
    struct server_options options;
    struct server server = {0};

    if (run_server_options(&options, setting, scenario, environment, console_path, error) < 0)
        return -1;
    options.poll_ns = watch.quantum_ns;
    if (start_watched(&server, environment, &options, setting->network, &watch, error) < 0)
        return -1;
    json_t *figures = json_object();
    run_add_server(run, &server);
    add_stamps(run->record, figures, &server, &watch);
    snprintf(run->key_figure, sizeof run->key_figure, "%.1f ms to the first answer",
             (double)server.boot_ns / NS_PER_MS);
    int code = set->reset ? add_reset(figures, environment, &server, error) : 0;
    server_stop(&server, setting->network);
    if (server.shutdown_ns > 0)
        figures_add(figures, "shutdown_ms", (double)server.shutdown_ns / NS_PER_MS);
    else
        figures_lack(figures, "shutdown_ms", "it was killed");
    figures_record(run->record, figures, scenario);
    json_decref(figures);
    return code;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    const struct boot_settings *set = values;
    (void)guests;
    return (1 + set->reset) * boot_ns + NS_PER_S / 10;
}

const struct experiment experiment_boot = {
    .kind = "boot",
    .settings = settings,
    .settings_bytes = sizeof(struct boot_settings),
    .estimate_ns = estimate_ns,
    .execute = execute,
};
