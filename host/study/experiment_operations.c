/* operations: what is done to a server over its life, timed: it is provided with what is its own,
 * booted, rebooted, and cloned while it serves.
 *
 * Provision is all that is done before its program is executed: its network, its limits, a disk of
 * its own. A reboot is the reset button of a guest; a process or container is ended and started
 * again. A clone is a second server with a copy of whatever the first may have written to; what
 * nobody writes to, the images, both share.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <stdio.h>

#include "clock.h"
#include "environment/foreign.h"
#include "environment/server_move.h"
#include "study/figures.h"
#include "study/run.h"
#include "study/run_disk.h"

static const struct setting settings[] = {{0}};

// One run's server, as it is given from operation to operation.
struct operated {
    struct server server;
    struct server_options options; // without the disk, which each makes for itself
    struct run_disk disk;
    struct network *network;
    json_t *figures;
};

static void add_time(struct operated *o, const char *name, uint64_t from_ns, uint64_t to_ns)
{
    figures_add(o->figures, name, (double)(to_ns - from_ns) / NS_PER_MS);
}

static uint64_t answered_ns(const struct server *server)
{
    return server->program.started_ns + server->boot_ns;
}

// On failure nothing is left.
static int provision_and_boot(struct operated *o, const struct environment *environment,
                              struct error *error)
{
    struct server_options options = o->options;
    uint64_t begun_ns = clock_now_ns();
    if (run_disk_make(&o->disk, &options, environment, error) < 0)
        return -1;
    if (server_start(&o->server, environment, &options, o->network, server_patience_ns(environment),
                     error) < 0) {
        run_disk_remove(&o->disk);
        return -1;
    }
    add_time(o, "provision_ms", begun_ns, o->server.program.started_ns);
    add_time(o, "boot_ms", o->server.program.started_ns, answered_ns(&o->server));
    return 0;
}

// On failure the server has been stopped.
static int reboot_it(struct operated *o, struct error *error)
{
    const struct environment *environment = o->server.environment;
    uint64_t patience_ns = server_patience_ns(environment), reboot_ns;
    if (!environment->is_guest) {
        if (server_restart(&o->server, o->network, patience_ns, &reboot_ns, error) < 0)
            return -1;
    } else if (server_reset(&o->server, patience_ns, &reboot_ns, error) < 0) {
        server_stop(&o->server, o->network);
        return -1;
    }
    add_time(o, "reboot_ms", 0, reboot_ns);
    return 0;
}

static int start_clone(struct operated *o, struct server_options *options, uint64_t begun_ns,
                       struct error *error)
{
    const struct environment *environment = o->server.environment;
    struct run_disk disk;
    struct server clone;
    int code = run_disk_copy(&disk, options, environment, &o->disk, error);
    if (code == 0)
        code = server_start(&clone, environment, options, o->network,
                            server_patience_ns(environment), error);
    if (code == 0) {
        add_time(o, "clone_ms", begun_ns, answered_ns(&clone));
        server_stop(&clone, o->network);
    }
    run_disk_remove(&disk);
    return code;
}

static int clone_it(struct operated *o, struct error *error)
{
    char console_path[PATH_MAX];
    struct server_options options = o->options;
    const struct foreign *foreign = o->server.environment->foreign;
    if (foreign && foreign->file.address.s_addr != 0) {
        figures_lack(o->figures, "clone_ms", "its address is built in, and there is one alone");
        return 0;
    }
    snprintf(console_path, sizeof console_path, "%.*s.clone", PATH_MAX - 16, options.console_path);
    options.console_path = console_path;
    options.copy_of = &o->server;
    return start_clone(o, &options, clock_now_ns(), error);
}

static int operate(struct operated *o, struct error *error)
{
    if (reboot_it(o, error) < 0)
        return -1;
    int code = clone_it(o, error);
    server_stop(&o->server, o->network);
    return code;
}

static int execute(struct run *run, const struct run_setting *setting, unsigned int index,
                   const char *console_path, struct error *error)
{
    const struct schedule_entry *entry = &setting->plan->order[index];
    const struct scenario *scenario = setting->plan->scenarios[entry->scenario];
    const struct environment *environment = setting->plan->environments[entry->environment];
    struct operated o = {.network = setting->network};
    uint64_t begun_ns = clock_now_ns();

    if (run_server_options(&o.options, setting, scenario, environment, console_path, error) < 0)
        return -1;
    o.figures = json_object();
    int code = provision_and_boot(&o, environment, error);
    if (code == 0) {
        run_add_server(run, &o.server);
        code = operate(&o, error);
        run_disk_remove(&o.disk);
    }
    run_add_elapsed(run, begun_ns);
    if (code == 0)
        figures_record(run->record, o.figures, scenario);
    snprintf(run->key_figure, sizeof run->key_figure, "rebooted in %.0f ms, cloned in %.0f ms",
             json_number_value(json_object_get(o.figures, "reboot_ms")),
             json_number_value(json_object_get(o.figures, "clone_ms")));
    json_decref(o.figures);
    return code;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    (void)values;
    (void)guests;
    return 3 * boot_ns + NS_PER_S;
}

const struct experiment experiment_operations = {
    .kind = "operations",
    .has_guests = true,
    .settings = settings,
    .settings_bytes = 1,
    .estimate_ns = estimate_ns,
    .execute = execute,
};
