/* The life of a server; see server.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "environment/console.h"
#include "environment/ready.h"
#include "measure/process.h"

static int add_port(struct server *server, struct network *network, struct error *error)
{
    if (!network)
        return 0;
    if (server->environment->is_guest)
        return network_add_tap(network, &server->port, error);
    return network_add_veth(network, &server->port, error);
}

void server_describe_end(const struct server *server, char *text, size_t size)
{
    char how[80];
    int status = server->environment->exit_status(server);
    if (status >= 0) {
        snprintf(text, size, "exit status %d", status);
        return;
    }
    program_describe_status(server->program.status, how, sizeof how);
    snprintf(text, size, "%s%s", server->environment->is_guest ? "crashed; QEMU: " : "", how);
}

static void append_end(const struct server *server, struct error *error)
{
    char how[120];
    size_t length = strlen(error->text);
    server_describe_end(server, how, sizeof how);
    snprintf(error->text + length, sizeof error->text - length, " (%s)", how);
}

static int wait_until_ready(struct server *server, struct network *network, uint64_t timeout_ns,
                            struct error *error)
{
    struct ready_options options = {
        .protocol = server->options.payload->protocol,
        .address = server->port.address,
        .port = server->options.port,
        .deadline_ns = server->program.started_ns + timeout_ns,
        .program = &server->program,
    };
    uint64_t answered_ns;
    if (!network) {
        options.forwarded = true;
        options.address.s_addr = htonl(INADDR_LOOPBACK);
        options.port = server->options.forward->host_port;
    }
    if (ready_wait(&options, &answered_ns, error) < 0) {
        if (program_ended(&server->program))
            append_end(server, error);
        return -1;
    }
    server->boot_ns = answered_ns - server->program.started_ns;
    if (network && network_port_ready(network, &server->port, error) < 0)
        return -1;
    return server->environment->ready ? server->environment->ready(server, error) : 0;
}

int server_start(struct server *server, const struct environment *environment,
                 const struct server_options *options, struct network *network, uint64_t timeout_ns,
                 struct error *error)
{
    static unsigned int servers_started;

    memset(server, 0, sizeof *server);
    server->environment = environment;
    server->options = *options;
    server->console_fd = -1;
    snprintf(server->id, sizeof server->id, "%s-%u", environment->name, servers_started++);
    if (options->console_path &&
        console_open(options->console_path, &server->console_fd, error) < 0)
        return -1;
    if (add_port(server, network, error) < 0 || environment->start(server, error) < 0) {
        // Nothing runs: only the port and the console are to be undone.
        if (network)
            network_remove_port(network, &server->port);
        console_close(server->console_fd);
        argv_free(&server->argv);
        return -1;
    }
    if (wait_until_ready(server, network, timeout_ns, error) == 0)
        return 0;
    server_stop(server, network);
    if (options->console_path)
        console_append_last_line(options->console_path, error);
    return -1;
}

uint64_t server_patience_ns(const struct environment *environment)
{
    return 30 * NS_PER_S + 5 * environment->boot_ns;
}

static int usage_of_process(pid_t pid, struct server_usage *usage, struct error *error)
{
    struct process_stat stat;
    struct process_memory memory;
    if (process_stat_read(pid, &stat, error) < 0 || process_memory_read(pid, &memory, error) < 0 ||
        process_cpu_ns(pid, &usage->cpu_ns, error) < 0)
        return -1;
    usage->user_ticks = stat.utime_ticks;
    usage->system_ticks = stat.stime_ticks;
    usage->guest_ticks = stat.guest_time_ticks;
    usage->rss_bytes = memory.rss_bytes;
    usage->pss_bytes = memory.pss_bytes;
    return 0;
}

int server_usage(const struct server *server, struct server_usage *usage, struct error *error)
{
    struct cgroup_usage cgroup;
    memset(usage, 0, sizeof *usage);
    if (usage_of_process(server->payload_pid, usage, error) < 0 || !server->has_cgroup)
        return server->has_cgroup ? -1 : 0;
    if (cgroup_usage_read(&server->cgroup, &cgroup, error) < 0)
        return -1;
    usage->user_ticks = cgroup.user_ticks;
    usage->system_ticks = cgroup.system_ticks;
    usage->cpu_ns = cgroup.cpu_ns;
    usage->rss_bytes = cgroup.anon_bytes;
    usage->charged_bytes = cgroup.memory_bytes;
    return 0;
}

void server_stop(struct server *server, struct network *network)
{
    server->environment->stop(server);
    if (network)
        network_remove_port(network, &server->port);
    console_close(server->console_fd);
    argv_free(&server->argv);
}
