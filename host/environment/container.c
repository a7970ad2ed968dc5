/* The OCI container: the payload's static binary as the only file, run by crun in its own cgroup.
 *
 * The bundle, the runtime's state and the pid file lie in the private /run of the driver's mount
 * namespace, and vanish with it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/cgroup_tree.h"
#include "environment/isolation.h"
#include "environment/oci.h"
#include "environment/reference.h"
#include "environment/server.h"

#define RUNTIME       "crun"
#define RUNTIME_STATE "/run/crun"
#define BUNDLES       "/run/bundles"

static const uint64_t PID_PATIENCE_NS = NS_PER_S;
static const uint64_t DELETE_PATIENCE_NS = 2 * NS_PER_S;

static int container_check(const struct payload *payload, struct error *error)
{
    char path[PATH_MAX];
    if (program_find(RUNTIME, "crun", error) < 0)
        return -1;
    if (payload->is_reference)
        return reference_check(payload, error);
    return artefact_require(error, path, "images/%s.oci/config.json", payload->name);
}

static uint64_t descriptor_limit(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : 1024;
}

static int make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", path);
    return 0;
}

static int write_bundle(struct server *server, const char *bundle, struct error *error)
{
    char built[PATH_MAX], file[128], netns[64], cgroup[128];

    artefact_path(built, "images/%s.oci", server->options.payload->name);
    snprintf(file, sizeof file, "%s/config.json", bundle);
    snprintf(netns, sizeof netns, "/proc/%d/fd/%d", getpid(), server->port.netns_fd);
    cgroup_tree_path(cgroup, sizeof cgroup, server->id);
    struct oci_options options = {
        .bundle = built,
        .arguments = server->options.arguments,
        .disk = server->options.disk_path,
        .netns = netns,
        .descriptors = descriptor_limit(),
        .cgroup = server->has_cgroup ? cgroup : NULL,
        .cpus = server->confinement.limit.cpus,
        .memory_bytes = server->confinement.limit.memory_bytes,
    };
    return oci_write(file, &options, error);
}

static int container_start(struct server *server, struct error *error)
{
    char bundle[64];
    snprintf(bundle, sizeof bundle, BUNDLES "/%s", server->id);
    confinement_describe(server);
    server->has_cgroup = server->confinement.lacking[0] == '\0';
    if (make_folder(BUNDLES, error) < 0 || make_folder(bundle, error) < 0 ||
        write_bundle(server, bundle, error) < 0)
        return -1;
    argv_add(&server->argv, RUNTIME);
    argv_add(&server->argv, "--root=" RUNTIME_STATE);
    argv_add(&server->argv, "--cgroup-manager=%s", server->has_cgroup ? "cgroupfs" : "disabled");
    argv_add(&server->argv, "run");
    argv_add(&server->argv, "--bundle=%s", bundle);
    argv_add(&server->argv, "--pid-file=%s/pid", bundle);
    argv_add(&server->argv, "%s", server->id);
    struct program_options options = {
        .argv = (const char *const *)server->argv.word,
        .netns_fd = -1,
        .inherited_fd = -1,
        .output_fd = server->console_fd,
    };
    options.cpus = server->options.cpus; // its child inherits them
    return program_start(&server->program, &options, error);
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
static int wait_for_pid(const char *path, pid_t *pid, struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + PID_PATIENCE_NS;
    while ((*pid = read_pid(path)) == 0) {
        if (clock_now_ns() > deadline_ns)
            return error_set(error, EXIT_FAILED, "%s names no process", path);
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
    return 0;
}

static int container_ready(struct server *server, struct error *error)
{
    char path[64];
    snprintf(path, sizeof path, BUNDLES "/%s/pid", server->id);
    if (wait_for_pid(path, &server->payload_pid, error) < 0)
        return -1;
    if (!server->has_cgroup)
        return 0;
    return cgroup_tree_locate(server->id, &server->cgroup, error);
}

// For a container that never came so far as to have a known process.
static void delete_by_force(struct server *server)
{
    struct argv argv = {0};
    struct program runtime;
    struct error ignored;
    argv_add(&argv, RUNTIME);
    argv_add(&argv, "--root=" RUNTIME_STATE);
    argv_add(&argv, "delete");
    argv_add(&argv, "--force");
    argv_add(&argv, "%s", server->id);
    struct program_options options = {
        .argv = (const char *const *)argv.word,
        .netns_fd = -1,
        .inherited_fd = -1,
        .output_fd = server->console_fd,
    };
    if (program_start(&runtime, &options, &ignored) == 0 &&
        !program_wait(&runtime, DELETE_PATIENCE_NS))
        program_kill(&runtime);
    argv_free(&argv);
}

// The runtime waits in the foreground: it ends with the container, whose cgroup it removes.
static bool container_stop(struct server *server)
{
    if (program_ended(&server->program))
        return false;
    // Process 1 of a namespace does not hear a SIGTERM that it has no handler for.
    if (server->payload_pid > 0)
        kill(server->payload_pid, SIGKILL);
    else
        delete_by_force(server);
    if (program_wait(&server->program, DELETE_PATIENCE_NS))
        return server->payload_pid > 0;
    program_stop(&server->program);
    return false;
}

static int container_exit_status(const struct server *server)
{
    int status = server->program.status;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const struct environment environment_container = {
    .name = "container",
    .summary = "an OCI container by crun, with the CPU and memory limits of the guests",
    .disk = "/dev/vda",
    .boot_ns = NS_PER_S / 4,
    .check = container_check,
    .start = container_start,
    .ready = container_ready,
    .stop = container_stop,
    .exit_status = container_exit_status,
};
