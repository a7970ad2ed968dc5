/* checkpoint: a server booted, saved to a file and ended, and brought back from it: the time to its
 * first answer beside that of its boot.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <stdio.h>

#include "clock.h"
#include "environment/server_move.h"
#include "folder.h"
#include "study/figures.h"
#include "study/run.h"

#define FOLDER "/run/checkpoint" /* in the driver's own /run: memory, gone with it */

static const struct setting settings[] = {{0}};

static int check(const struct environment *environment, struct error *why)
{
    if (environment->check_checkpoint && environment->check_checkpoint(why) < 0)
        return -1;
    return environment->checkpoint
               ? 0
               : error_set(why, EXIT_LACKING, "%s is not saved", environment->name);
}

// One that stays without these figures is no failed run: its row says why.
static void lack_all(json_t *figures, const struct error *why)
{
    static const char *const names[] = {"checkpoint_ms", "restore_ms", "restore_to_boot"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        figures_lack(figures, names[i], "%s", why->text);
}

static int save_and_restore(struct server *server, struct network *network, json_t *figures,
                            struct error *error)
{
    uint64_t cold_ns = server->boot_ns, begun_ns = clock_now_ns();
    if (server_checkpoint(server, error) < 0) {
        server_stop(server, network);
        return -1;
    }
    uint64_t saved_ns = clock_now_ns() - begun_ns;
    if (server_restore(server, network, server_patience_ns(server->environment), error) < 0)
        return -1;
    figures_add(figures, "checkpoint_ms", (double)saved_ns / NS_PER_MS);
    figures_add(figures, "restore_ms", (double)server->boot_ns / NS_PER_MS);
    figures_add(figures, "restore_to_boot", (double)server->boot_ns / (double)cold_ns);
    server_stop(server, network);
    return 0;
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

    if (run_server_options(&options, setting, scenario, environment, console_path, error) < 0)
        return -1;
    bool saved = check(environment, &why) == 0;
    options.checkpoint = saved ? FOLDER : NULL;
    if (server_start(&server, environment, &options, setting->network,
                     server_patience_ns(environment), error) < 0)
        return -1;
    uint64_t begun_ns = clock_now_ns();
    json_t *figures = json_object();
    run_add_server(run, &server);
    figures_add(figures, "boot_ms", (double)server.boot_ns / NS_PER_MS);
    int code = 0;
    if (saved) {
        code = save_and_restore(&server, setting->network, figures, error);
        folder_remove(FOLDER);
    } else {
        lack_all(figures, &why);
        server_stop(&server, setting->network);
    }
    run_add_elapsed(run, begun_ns);
    if (code == 0)
        figures_record(run->record, figures, scenario);
    snprintf(run->key_figure, sizeof run->key_figure, "restored in %.0f ms",
             json_number_value(json_object_get(figures, "restore_ms")));
    json_decref(figures);
    return code;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    (void)values;
    (void)guests;
    return 2 * boot_ns + NS_PER_S;
}

const struct experiment experiment_checkpoint = {
    .kind = "checkpoint",
    .settings = settings,
    .settings_bytes = 1,
    .estimate_ns = estimate_ns,
    .execute = execute,
};
