/* The OCI container: the payload's static binary as the only file, by one of the container engines
 * (engine.h), in a cgroup of its own.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "clock.h"
#include "environment/cgroup_member.h"
#include "environment/cgroup_tree.h"
#include "environment/criu.h"
#include "environment/engine.h"
#include "environment/qemu_migration.h"
#include "environment/server.h"
#include "folder.h"
#include "measure/process_named.h"

static const uint64_t PID_PATIENCE_NS = 30 * NS_PER_S;
static const uint64_t END_PATIENCE_NS = 5 * NS_PER_S;

static int container_check(const struct payload *payload, struct error *error)
{
    return engine_check(engine_chosen(), payload, error);
}

// The limits are in a cgroup that the engine makes, or in one of ours that its own is below.
static int confine(struct server *server, const struct engine *engine, struct error *error)
{
    if (engine->makes_cgroup)
        confinement_describe(server);
    else
        confinement_make(server, 0);
    server->has_cgroup = server->confinement.lacking[0] == '\0';
    if (engine->needs_root && !server->has_cgroup)
        return error_set(error, EXIT_LACKING, "the engine %s needs cgroups: %.300s", engine->name,
                         server->confinement.lacking);
    return 0;
}

static int container_start(struct server *server, struct error *error)
{
    const struct engine *engine = engine_chosen();
    if (engine_prepare(server, error) < 0 || confine(server, engine, error) < 0)
        return -1;
    return engine->start(server, error);
}

static pid_t read_pid(const char *path)
{
    int number = 0;
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%d", &number) != 1)
        number = 0;
    if (file)
        fclose(file);
    return number;
}

// The payload may answer before its runtime has got round to writing down who it is.
static int wait_for_pid(const char *path, struct program *runtime, pid_t *pid, struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + PID_PATIENCE_NS;
    while ((*pid = read_pid(path)) == 0) {
        if (clock_now_ns() > deadline_ns || program_ended(runtime))
            return error_set(error, EXIT_FAILED, "%s names no process", path);
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
    return 0;
}

static int container_ready(struct server *server, struct error *error)
{
    char path[64];
    struct cgroup_member member;
    if (!server->has_cgroup) {
        engine_path(path, sizeof path, server, "pid");
        return wait_for_pid(path, &server->program, &server->payload_pid, error);
    }
    if (cgroup_member_find(server->id, &member) < 0)
        return error_set(error, EXIT_FAILED, "%s put no process into the container's cgroup",
                         engine_chosen()->name);
    server->payload_pid = member.pid;
    return cgroup_tree_locate(member.guest, &server->cgroup, error);
}

static int container_check_checkpoint(struct error *error)
{
    const struct engine *engine = engine_chosen();
    if (!engine->checkpoint)
        return error_set(error, EXIT_LACKING, "the engine %s is not asked to save (runc is)",
                         engine->name);
    return criu_check(error) == 0 ? engine->check_checkpoint(error) : -1;
}

// The engine's program ends with the container.
static int container_checkpoint(struct server *server, struct error *error)
{
    if (engine_chosen()->checkpoint(server, error) < 0)
        return -1;
    return program_wait(&server->program, END_PATIENCE_NS)
               ? 0
               : error_set(error, EXIT_FAILED, "%s: saved, and not ended", engine_chosen()->name);
}

static int container_restore(struct server *server, struct error *error)
{
    const struct engine *engine = engine_chosen();
    return confine(server, engine, error) == 0 ? engine->restore(server, error) : -1;
}

// From its own folder, which is not needed once it runs.
static int restore_copy(struct server *to, const char *saved, uint64_t *bytes, struct error *error)
{
    char folder[64], pid_path[64];
    pid_t pid;
    engine_path(folder, sizeof folder, to, "saved");
    engine_path(pid_path, sizeof pid_path, to, "pid");
    to->options.checkpoint = folder;
    int code = engine_prepare(to, error);
    if (code == 0)
        code = folder_copy(saved, folder, bytes, error);
    if (code == 0)
        code = container_restore(to, error);
    if (code == 0)
        code = wait_for_pid(pid_path, &to->program, &pid, error);
    folder_remove(folder);
    to->options.checkpoint = NULL;
    return code;
}

// Saved, copied, restored behind another port: it stands still all the while.
static int container_migrate(struct server *from, struct server *to, uint64_t patience_ns,
                             struct qemu_migration *report, struct error *error)
{
    uint64_t begun_ns = clock_now_ns(), bytes;
    (void)patience_ns; // the engine's programs have their own
    if (container_checkpoint(from, error) < 0 ||
        restore_copy(to, from->options.checkpoint, &bytes, error) < 0 ||
        network_take_over(to->network, &to->port, &from->port, error) < 0)
        return -1;
    uint64_t took_ns = clock_now_ns() - begun_ns;
    *report = (struct qemu_migration){
        .total_ns = took_ns, .downtime_ns = took_ns, .transferred_bytes = bytes, .rounds = 1};
    return 0;
}

// The engine's program waits in the foreground: it ends with the container, whose cgroup is removed
// then. What it leaves beside, orphans of it, is ours.
static bool container_stop(struct server *server)
{
    const struct engine *engine = engine_chosen();
    bool ended = program_ended(&server->program), as_asked = false;
    // Process 1 of a namespace does not hear a SIGTERM that it has no handler for.
    if (!ended && server->payload_pid > 0)
        kill(server->payload_pid, SIGKILL);
    else if (!ended)
        engine->remove(server);
    if (!ended && program_wait(&server->program, END_PATIENCE_NS))
        as_asked = server->payload_pid > 0;
    program_stop(&server->program);
    if (engine->release)
        engine->release(server);
    if (engine->beside)
        process_named_reap(engine->beside);
    return as_asked;
}

static int container_exit_status(const struct server *server)
{
    int status = server->program.status;
    return WIFEXITED(status) && !engine_chosen()->hides_status ? WEXITSTATUS(status) : -1;
}

const struct environment environment_container = {
    .name = "container",
    .summary =
        "an OCI container by crun, or --engine, with the CPU and memory limits of the guests",
    .disk = "/dev/vda",
    .boot_ns = NS_PER_S / 4,
    .check = container_check,
    .start = container_start,
    .ready = container_ready,
    .check_checkpoint = container_check_checkpoint,
    .checkpoint = container_checkpoint,
    .restore = container_restore,
    .migrate = container_migrate,
    .stop = container_stop,
    .exit_status = container_exit_status,
};
