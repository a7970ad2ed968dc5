/* The OCI runtimes, crun and runc: no daemon, no image, the bundle that `make` built with what a
 * study adds to its configuration (oci.h). They take the same command.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artefact.h"
#include "environment/cgroup_tree.h"
#include "environment/oci.h"
#include "environment/server.h"

#define STATE ENGINE_FOLDER "/state"

static int write_bundle(const struct server *server, struct error *error)
{
    char built[PATH_MAX], file[128], netns[64], cgroup[CGROUP_PATH_BYTES];

    artefact_path(built, "images/%s.oci", server->options.payload->name);
    engine_path(file, sizeof file, server, "config.json");
    engine_netns_path(netns, sizeof netns, server);
    cgroup_tree_path(cgroup, sizeof cgroup, server->id);
    const struct oci_options options = {
        .bundle = built,
        .arguments = server->options.arguments,
        .disk = server->options.disk_path,
        .netns = netns,
        .descriptors = engine_descriptors(),
        .data_bytes = confinement_data_bytes(server),
        .cgroup = server->has_cgroup ? cgroup : NULL,
        .cpus = server->confinement.limit.cpus,
        .memory_bytes = server->confinement.limit.memory_bytes,
        .writable = server->options.checkpoint != NULL,
    };
    return oci_write(file, &options, error);
}

// What comes before the verb. Without cgroups crun must be told so; runc sees for itself.
static void add_runtime(struct argv *argv, const struct engine *engine, bool has_cgroup)
{
    argv_add(argv, "%s", engine->name);
    argv_add(argv, "--root=" STATE);
    if (engine == &engine_crun)
        argv_add(argv, "--cgroup-manager=%s", has_cgroup ? "cgroupfs" : "disabled");
    else if (!has_cgroup)
        argv_add(argv, "--rootless=true");
}

static int runtime_start(struct server *server, struct error *error)
{
    char bundle[64], pid_file[64];
    engine_path(bundle, sizeof bundle, server, "");
    engine_path(pid_file, sizeof pid_file, server, "pid");
    if (write_bundle(server, error) < 0)
        return -1;
    add_runtime(&server->argv, engine_chosen(), server->has_cgroup);
    argv_add(&server->argv, "run");
    argv_add(&server->argv, "--bundle=%s", bundle);
    argv_add(&server->argv, "--pid-file=%s", pid_file);
    argv_add(&server->argv, "%s", server->id);
    return engine_start_program(server, error);
}

// Debian 12's crun is built without CRIU, and does not know the word.
static int runtime_check_checkpoint(struct error *error)
{
    const char *const argv[] = {engine_chosen()->name, "checkpoint", "--help", NULL};
    struct error ignored;
    mkdir(ENGINE_FOLDER, 0755); // it may be asked before the first container
    return engine_run(argv, &ignored) == 0
               ? 0
               : error_set(error, EXIT_LACKING,
                           "this %s is built without CRIU (--engine runc has it)",
                           engine_chosen()->name);
}

// Its verb, and where CRIU keeps what it saves. Connections are saved too.
static void add_saved(struct argv *argv, const struct server *server, const char *verb)
{
    add_runtime(argv, engine_chosen(), server->has_cgroup);
    argv_add(argv, "%s", verb);
    argv_add(argv, "--image-path=%s", server->options.checkpoint);
    argv_add(argv, "--work-path=%s", server->options.checkpoint);
    argv_add(argv, "--tcp-established");
}

static int runtime_checkpoint(struct server *server, struct error *error)
{
    struct argv argv = {0};
    if (mkdir(server->options.checkpoint, 0700) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s",
                               server->options.checkpoint);
    add_saved(&argv, server, "checkpoint");
    argv_add(&argv, "%s", server->id);
    int code = engine_run((const char *const *)argv.word, error);
    argv_free(&argv);
    return code;
}

static int runtime_restore(struct server *server, struct error *error)
{
    char bundle[64], pid_file[64];
    engine_path(bundle, sizeof bundle, server, "");
    engine_path(pid_file, sizeof pid_file, server, "pid");
    unlink(pid_file); // it names the one that was saved
    if (write_bundle(server, error) < 0)
        return -1;
    add_saved(&server->argv, server, "restore");
    argv_add(&server->argv, "--bundle=%s", bundle);
    argv_add(&server->argv, "--pid-file=%s", pid_file);
    argv_add(&server->argv, "%s", server->id);
    return engine_start_program(server, error);
}

static void runtime_remove(struct server *server)
{
    struct argv argv = {0};
    struct error ignored;
    add_runtime(&argv, engine_chosen(), server->has_cgroup);
    argv_add(&argv, "delete");
    argv_add(&argv, "--force");
    argv_add(&argv, "%s", server->id);
    engine_run((const char *const *)argv.word, &ignored);
    argv_free(&argv);
}

const struct engine engine_crun = {
    .name = "crun",
    .summary = "an OCI runtime alone, in C",
    .package = "crun",
    .programs = (const char *const[]){"crun", NULL},
    .makes_cgroup = true,
    .start = runtime_start,
    .check_checkpoint = runtime_check_checkpoint,
    .checkpoint = runtime_checkpoint,
    .restore = runtime_restore,
    .remove = runtime_remove,
};

const struct engine engine_runc = {
    .name = "runc",
    .summary = "the OCI runtime below Docker, alone, in Go",
    .package = "runc",
    .programs = (const char *const[]){"runc", NULL},
    .makes_cgroup = true,
    .start = runtime_start,
    .check_checkpoint = runtime_check_checkpoint,
    .checkpoint = runtime_checkpoint,
    .restore = runtime_restore,
    .remove = runtime_remove,
};
