/* Docker: a daemon of our own, dockerd, with its containerd, started before the first container.
 *
 * It can join no network namespace that is there: a container starts with none, and the veth is
 * moved in to it as soon as its namespace can be seen.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "environment/cgroup_member.h"
#include "environment/cgroup_tree.h"
#include "environment/console.h"
#include "environment/isolation.h"
#include "environment/network.h"
#include "environment/server.h"

#define SOCKET "/run/engine/docker.sock"
#define HOST   "--host=unix:///run/engine/docker.sock" // the same
#define LOG    ENGINE_FOLDER "/dockerd"

static const uint64_t DAEMON_PATIENCE_NS = 30 * NS_PER_S;
static const uint64_t NAMESPACE_PATIENCE_NS = 30 * NS_PER_S;
static const uint64_t RUNC_DATA_BYTES = UINT64_C(128) << 20;

static struct program daemon_program;

// It makes no bridge and no rule of a firewall: the network is ours.
static int start_daemon(const struct server *server, struct error *error)
{
    static const char *const argv[] = {ENGINE_READ_ONLY("/opt"), // containerd makes a folder there
                                       "dockerd",
                                       "--data-root=/run/engine/docker/data",
                                       "--exec-root=/run/engine/docker/exec",
                                       "--pidfile=/run/engine/docker.pid",
                                       HOST,
                                       "--containerd-namespace=thrice",
                                       "--exec-opt=native.cgroupdriver=cgroupfs",
                                       "--bridge=none",
                                       "--iptables=false",
                                       "--ip6tables=false",
                                       "--ip-forward=false",
                                       "--ip-masq=false",
                                       "--userland-proxy=false",
                                       "--log-level=error",
                                       NULL};
    // It would write a key there, and read the machine's own configuration.
    if (engine_hide("/etc/docker", error) < 0)
        return -1;
    unsetenv("DOCKER_CONTEXT");
    unsetenv("DOCKER_TLS_VERIFY");
    int log = open(LOG, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const struct program_options options = {
        .argv = argv,
        .netns_fd = -1,
        .inherited_fd = -1,
        .output_fd = log,
        .cpus = server->options.cpus, // the containers are its children's children
    };
    int started = program_start(&daemon_program, &options, error);
    if (log >= 0)
        close(log);
    return started;
}

static int await_daemon(struct error *error)
{
    static const char *const version[] = {"docker", HOST, "version", NULL};
    uint64_t deadline_ns = clock_now_ns() + DAEMON_PATIENCE_NS;
    char last[CONSOLE_LINE_BYTES];
    while (!program_ended(&daemon_program) && clock_now_ns() < deadline_ns &&
           !isolation_interrupted()) {
        if (access(SOCKET, F_OK) == 0 && engine_run(version, error) == 0)
            return 0;
        clock_sleep_until_ns(clock_now_ns() + 10 * NS_PER_MS);
    }
    program_stop(&daemon_program);
    console_last_line(LOG, last);
    return error_set(error, EXIT_LACKING, "dockerd does not start here: %s", last);
}

static int prepare(const struct server *server, struct error *error)
{
    static const char *const load[] = {"docker", HOST, "load", "--quiet", "--input", NULL};
    if (daemon_program.pid == 0 && (start_daemon(server, error) < 0 || await_daemon(error) < 0))
        return -1;
    return engine_load(server, load, error);
}

// What the namespaces that we make are given (network.h): before its first listen().
static void add_network_settings(struct argv *argv, const struct network_port *port)
{
    static const char *const settings[] = {
        "--sysctl=net.core.somaxconn=65535",
        "--sysctl=net.ipv4.tcp_max_syn_backlog=65535",
        "--sysctl=net.ipv4.ip_local_port_range=1024 65535",
        "--sysctl=net.ipv4.tcp_tw_reuse=1",
        NULL,
    };
    argv_add_list(argv, settings);
    if (network_may_choose(port->congestion_control))
        argv_add(argv, "--sysctl=net.ipv4.tcp_congestion_control=%s", port->congestion_control);
}

static int start_container(struct server *server, struct error *error)
{
    static const char *const run[] = {
        "docker", HOST, "run", "--rm", "--pull=never", "--log-driver=none", NULL};
    char cgroup[CGROUP_PATH_BYTES];
    struct argv *argv = &server->argv;

    cgroup_tree_path(cgroup, sizeof cgroup, server->id);
    argv_add_list(argv, run);
    argv_add(argv, "--name=%s", server->id);
    argv_add(argv, "--network=none");
    add_network_settings(argv, &server->port);
    argv_add(argv, "--cgroup-parent=%s", cgroup);
    argv_add(argv, "--ulimit=nofile=%" PRIu64 ":%" PRIu64, engine_descriptors(),
             engine_descriptors());
    // runc is under it already where it compiles Docker's seccomp rules.
    if (confinement_data_bytes(server) >= RUNC_DATA_BYTES)
        argv_add(argv, "--ulimit=data=%" PRIu64, confinement_data_bytes(server));
    if (server->options.disk_path) // in CSV, whose quotes let a path have a comma
        argv_add(argv, "--mount=type=bind,\"source=%s\",target=/dev/vda",
                 server->options.disk_path);
    engine_add_image(argv, server->options.payload);
    argv_add_list(argv, server->options.arguments);
    return engine_start_program(server, error);
}

// Returns the descriptor of the container's network namespace, or -1 and an error.
static int await_namespace(struct server *server, struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + NAMESPACE_PATIENCE_NS;
    struct cgroup_member member;
    char path[64], how[120];
    while (!isolation_interrupted() && !program_ended(&server->program) &&
           clock_now_ns() < deadline_ns) {
        int fd = -1;
        if (cgroup_member_find(server->id, &member) == 0) {
            snprintf(path, sizeof path, "/proc/%d/ns/net", (int)member.pid);
            fd = open(path, O_RDONLY | O_CLOEXEC);
        }
        if (fd >= 0)
            return fd;
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
    if (!program_ended(&server->program))
        return error_set(error, EXIT_FAILED, "docker started no container");
    server_describe_end(server, how, sizeof how);
    return error_set(error, EXIT_FAILED, "docker's container ended before it had a network (%s)",
                     how);
}

static void docker_remove(struct server *server)
{
    const char *const command[] = {"docker", HOST, "rm", "--force", server->id, NULL};
    struct error ignored;
    engine_run(command, &ignored);
}

static int docker_start(struct server *server, struct error *error)
{
    if (prepare(server, error) < 0 || start_container(server, error) < 0)
        return -1;
    int netns_fd = await_namespace(server, error);
    if (netns_fd >= 0 && network_move_veth(server->network, &server->port, netns_fd, error) == 0)
        return 0;
    docker_remove(server);
    program_stop(&server->program);
    return -1;
}

const struct engine engine_docker = {
    .name = "docker",
    .summary = "Docker, by a dockerd and containerd of our own",
    .package = "docker.io",
    .programs = (const char *const[]){"dockerd", "docker", "containerd", "runc", "unshare", NULL},
    .beside = (const char *const[]){"dockerd", "containerd", "containerd-shim", NULL},
    .takes_archive = true,
    .needs_root = true,
    .start = docker_start,
    .remove = docker_remove,
};
