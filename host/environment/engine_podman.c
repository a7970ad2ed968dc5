/* Podman: no daemon, but a monitor, conmon, beside each container. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

#include <inttypes.h>
#include <stdio.h>

#include "environment/cgroup_tree.h"
#include "environment/server.h"

// All in the folder of engines. Its events would want a journal.
#define PODMAN                                                                                     \
    "podman", "--root=/run/engine/podman/root", "--runroot=/run/engine/podman/run",                \
        "--tmpdir=/run/engine/podman/tmp", "--network-config-dir=/run/engine/podman/networks",     \
        "--cgroup-manager=cgroupfs", "--events-backend=none"

// Every podman of a machine takes its locks from one table there, 2048 in all: those of a container
// that is killed would be lost to all of them.
static int hide_locks(struct error *error)
{
    static bool hidden;
    if (!hidden && engine_hide("/dev/shm", error) < 0)
        return -1;
    hidden = true;
    return 0;
}

// It notes every blob that it has seen in /var/lib, wherever its root is, unless it cannot.
static int load(const struct server *server, struct error *error)
{
    static const char *const command[] = {ENGINE_READ_ONLY("/var/lib"), PODMAN, "load", "-i", NULL};
    return engine_load(server, command, error);
}

static void add_limits(struct argv *argv, const struct server *server)
{
    char cgroup[CGROUP_PATH_BYTES];
    cgroup_tree_path(cgroup, sizeof cgroup, server->id);
    argv_add(argv, "--cgroups=no-conmon");
    argv_add(argv, "--cgroup-parent=%s", cgroup);
    argv_add(argv, "--ulimit=nofile=%" PRIu64 ":%" PRIu64, engine_descriptors(),
             engine_descriptors());
    if (confinement_data_bytes(server))
        argv_add(argv, "--ulimit=data=%" PRIu64, confinement_data_bytes(server));
    argv_add(argv, "--pids-limit=-1"); // as the others; its own is 2048
    argv_add(argv, "--ulimit=nproc=%" PRIu64 ":%" PRIu64, engine_processes(), engine_processes());
}

static int podman_start(struct server *server, struct error *error)
{
    static const char *const run[] = {PODMAN, "run", "--rm", "--pull=never", "--log-driver=none",
                                      NULL};
    char netns[64];
    struct argv *argv = &server->argv;

    if (hide_locks(error) < 0 || load(server, error) < 0)
        return -1;
    engine_netns_path(netns, sizeof netns, server);
    argv_add_list(argv, run);
    argv_add(argv, "--name=%s", server->id);
    argv_add(argv, "--network=ns:%s", netns);
    add_limits(argv, server);
    if (server->options.disk_path) // in CSV, whose quotes let a path have a comma
        argv_add(argv, "--mount=type=bind,\"source=%s\",target=/dev/vda",
                 server->options.disk_path);
    engine_add_image(argv, server->options.payload);
    argv_add_list(argv, server->options.arguments);
    return engine_start_program(server, error);
}

static void podman_remove(struct server *server)
{
    const char *const command[] = {PODMAN, "rm", "--force", "--time=0", server->id, NULL};
    struct error ignored;
    engine_run(command, &ignored);
}

const struct engine engine_podman = {
    .name = "podman",
    .summary = "Podman, its monitor conmon beside each container",
    .package = "podman",
    .programs = (const char *const[]){"podman", "conmon", "unshare", NULL},
    .beside = (const char *const[]){"conmon", NULL},
    .takes_archive = true,
    .needs_root = true,
    .start = podman_start,
    .remove = podman_remove,
};
