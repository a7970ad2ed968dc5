/* migration: a guest that serves is moved to a second QEMU on this machine, or a container, saved,
 * copied and restored, to a second one: how long it takes, how long it stands still, and how long a
 * client that asks every millisecond hears nothing; idle, while a job of its payload writes memory,
 * or while a connection carries bytes, of which none may be lost.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <pthread.h>
#include <stdio.h>

#include "clock.h"
#include "environment/server_move.h"
#include "folder.h"
#include "load/fetch.h"
#include "load/silence.h"
#include "load/transfer.h"
#include "study/figures.h"
#include "study/run.h"
#include "study/target.h"

#define FOLDER "/run/moving" /* what is saved of a container; in the driver's own /run */

struct migration_settings {
    const char *path;         // the job asked for before, and answered after; "": none
    unsigned int transfer_to; // whom it carries bytes to
    uint64_t transfer_bytes;
    uint64_t transfer_rate; // bytes/s
    uint64_t patience_ns;
};

enum { TO_CLIENT, TO_SERVER };
static const char *const ways[] = {[TO_CLIENT] = "client", [TO_SERVER] = "server", NULL};

static const struct setting settings[] = {
    {.key = "path",
     .type = SETTING_TEXT,
     .offset = offsetof(struct migration_settings, path),
     .otherwise_text = ""},
    {.key = "transfer_to",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct migration_settings, transfer_to),
     .otherwise_text = "client",
     .choices = ways},
    {.key = "transfer_bytes",
     .offset = offsetof(struct migration_settings, transfer_bytes),
     .maximum = 64 << 20},
    {.key = "transfer_bytes_per_s",
     .offset = offsetof(struct migration_settings, transfer_rate),
     .maximum = UINT64_C(1) << 40},
    {.key = "patience_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct migration_settings, patience_ns),
     .minimum = NS_PER_S,
     .maximum = 3600 * NS_PER_S,
     .otherwise = 60 * NS_PER_S},
    {0},
};

static const uint64_t MARGIN_NS = 300 * NS_PER_MS; // of asking, before and after
static const uint64_t WORK_PATIENCE_NS = 60 * NS_PER_S;

// What goes on meanwhile, each in a thread: begun before, ended after.
struct meanwhile {
    bool has_fetch, has_transfer;
    struct fetch fetch;
    struct transfer transfer;
    pthread_t thread;
    int code;
    struct error error;
};

static void *carry(void *argument)
{
    struct meanwhile *meanwhile = argument;
    meanwhile->code = transfer_run(&meanwhile->transfer, &meanwhile->error);
    return NULL;
}

static int meanwhile_begin(struct meanwhile *meanwhile, const struct migration_settings *set,
                           const struct server *server, struct error *error)
{
    *meanwhile = (struct meanwhile){0};
    if (*set->path) {
        meanwhile->fetch = (struct fetch){.address = server->port.address,
                                          .port = server->options.port,
                                          .path = set->path,
                                          .timeout_ns = WORK_PATIENCE_NS};
        meanwhile->has_fetch = fetch_begin(&meanwhile->fetch, error) == 0;
    }
    if (set->transfer_bytes > 0) {
        meanwhile->transfer = (struct transfer){.address = server->port.address,
                                                .port = server->options.port,
                                                .in = set->transfer_to == TO_SERVER,
                                                .bytes = set->transfer_bytes,
                                                .bytes_per_s = set->transfer_rate,
                                                .timeout_ns = WORK_PATIENCE_NS};
        meanwhile->has_transfer = pthread_create(&meanwhile->thread, NULL, carry, meanwhile) == 0;
    }
    return (*set->path && !meanwhile->has_fetch) ||
                   (set->transfer_bytes > 0 && !meanwhile->has_transfer)
               ? error_set(error, EXIT_FAILED, "no thread for what goes on meanwhile")
               : 0;
}

// A connection that broke fails the run.
static int meanwhile_end(struct meanwhile *meanwhile, json_t *figures, struct error *error)
{
    int code = 0;
    if (meanwhile->has_fetch && fetch_join(&meanwhile->fetch) < 0) {
        *error = meanwhile->fetch.error;
        code = -1;
    }
    if (!meanwhile->has_transfer)
        return code;
    pthread_join(meanwhile->thread, NULL);
    const struct transfer *transfer = &meanwhile->transfer;
    figures_add(figures, "lost_bytes",
                (double)(transfer->bytes - transfer->done_bytes + transfer->wrong_bytes));
    figures_add(figures, "stall_ms", (double)transfer->longest_stall_ns / NS_PER_MS);
    if (meanwhile->code < 0)
        *error = meanwhile->error;
    return meanwhile->code < 0 ? -1 : code;
}

static void add_report(json_t *figures, const struct qemu_migration *report)
{
    figures_add(figures, "total_ms", (double)report->total_ns / NS_PER_MS);
    figures_add(figures, "downtime_ms", (double)report->downtime_ns / NS_PER_MS);
    figures_add(figures, "sent_mib", (double)report->transferred_bytes / (1 << 20));
    figures_add(figures, "rounds", (double)report->rounds);
}

static void add_silence(json_t *figures, const struct silence_result *heard)
{
    figures_add(figures, "silence_ms", (double)heard->longest_ns / NS_PER_MS);
    figures_add(figures, "silence_before_ms", (double)heard->usual_ns / NS_PER_MS);
    figures_add(figures, "asked_late_ms", (double)heard->asked_longest_ns / NS_PER_MS);
}

// Of what was saved and restored, which a guest that moves alive was not.
static void add_restore(json_t *figures, const struct server *to, uint64_t begun_ns)
{
    uint64_t answered_ns = to->program.started_ns + to->boot_ns;
    figures_add(figures, "restore_ms", (double)to->boot_ns / NS_PER_MS);
    figures_add(figures, "answer_ms", (double)(answered_ns - begun_ns) / NS_PER_MS);
}

static struct silence *listen_to(const struct server *server, struct error *error)
{
    bool udp = server->options.payload->protocol == PROTOCOL_UDP;
    return silence_begin(server->port.address, udp ? server->options.port : 0, error);
}

// A ping of a container is answered by the kernel, which does not move.
static bool is_heard(const struct server *server)
{
    return server->environment->is_guest || server->options.payload->protocol == PROTOCOL_UDP;
}

static void lack_silence(json_t *figures)
{
    static const char *const names[] = {"silence_ms", "silence_before_ms", "asked_late_ms"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        figures_lack(figures, names[i], "pings are answered by a kernel that does not move");
}

// *moved: whether `to` is there, and to be stopped too.
static int move(struct server *from, struct server *to, struct network *network,
                const struct migration_settings *set, json_t *figures, bool *moved,
                struct error *error)
{
    struct qemu_migration report;
    struct silence_result heard;
    struct silence *silence = listen_to(from, error);
    if (!silence)
        return -1;
    target_pause(MARGIN_NS);
    silence_watch(silence);
    uint64_t begun_ns = clock_now_ns();
    *moved = server_migrate(from, to, network, set->patience_ns, &report, error) == 0;
    target_pause(MARGIN_NS);
    silence_end(silence, &heard);
    if (!*moved)
        return -1;
    add_report(figures, &report);
    if (!to->environment->is_guest)
        add_restore(figures, to, begun_ns);
    if (is_heard(to))
        add_silence(figures, &heard);
    else
        lack_silence(figures);
    return 0;
}

static int migrate(struct server *from, struct network *network,
                   const struct migration_settings *set, json_t *figures, struct error *error)
{
    struct meanwhile meanwhile;
    struct server to;
    struct error lost;
    bool moved = false;
    int code = meanwhile_begin(&meanwhile, set, from, error);
    if (code == 0)
        code = move(from, &to, network, set, figures, &moved, error);
    if (meanwhile_end(&meanwhile, figures, &lost) < 0 && code == 0) {
        *error = lost;
        code = -1;
    }
    if (moved)
        server_stop(&to, network);
    return code;
}

static int check(const struct environment *environment, struct error *why)
{
    if (environment->check_checkpoint && environment->check_checkpoint(why) < 0)
        return -1;
    return environment->migrate
               ? 0
               : error_set(why, EXIT_LACKING, "%s is not moved", environment->name);
}

// One that stays without these figures is no failed run: its row says why.
static void lack_all(json_t *figures, const struct scenario *scenario, const struct error *why)
{
    for (size_t i = 0; i < scenario->figure_count; i++)
        figures_lack(figures, scenario->figures[i]->name, "%s", why->text);
}

static int execute(struct run *run, const struct run_setting *setting, unsigned int index,
                   const char *console_path, struct error *error)
{
    const struct schedule_entry *entry = &setting->plan->order[index];
    const struct scenario *scenario = setting->plan->scenarios[entry->scenario];
    const struct environment *environment = setting->plan->environments[entry->environment];
    struct server_options options;
    struct server server;
    struct error why;
    int code = 0;

    if (run_server_options(&options, setting, scenario, environment, console_path, error) < 0)
        return -1;
    bool movable = options.movable = check(environment, &why) == 0;
    options.checkpoint = movable && !environment->is_guest ? FOLDER : NULL;
    if (server_start(&server, environment, &options, setting->network,
                     server_patience_ns(environment), error) < 0)
        return -1;
    uint64_t begun_ns = clock_now_ns();
    json_t *figures = json_object();
    run_add_server(run, &server);
    if (movable)
        code = migrate(&server, setting->network, plan_settings(setting->plan, scenario), figures,
                       error);
    else
        lack_all(figures, scenario, &why);
    server_stop(&server, setting->network);
    folder_remove(FOLDER);
    run_add_elapsed(run, begun_ns);
    if (code == 0)
        figures_record(run->record, figures, scenario);
    snprintf(run->key_figure, sizeof run->key_figure, "silent for %.1f ms",
             json_number_value(json_object_get(figures, "silence_ms")));
    json_decref(figures);
    return code;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    (void)values;
    (void)guests;
    return boot_ns + 4 * NS_PER_S;
}

const struct experiment experiment_migration = {
    .kind = "migration",
    .settings = settings,
    .settings_bytes = sizeof(struct migration_settings),
    .estimate_ns = estimate_ns,
    .execute = execute,
};
