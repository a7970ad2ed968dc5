/* The life of a server; see server.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/server.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "environment/console.h"
#include "environment/engine.h"
#include "environment/foreign.h"
#include "environment/libvirt.h"
#include "environment/ready.h"

// A guest may have one built in.
static struct in_addr built_in_address(const struct server *server)
{
    const struct foreign *foreign = server->environment->foreign;
    return foreign ? foreign->file.address : (struct in_addr){0};
}

static int add_port(struct server *server, struct network *network, struct error *error)
{
    if (!network)
        return 0;
    if (server->environment->is_guest)
        return network_add_tap_at(network, &server->port, built_in_address(server), error);
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
    if (server->environment->start == environment_container.start && engine_chosen()->hides_status)
        snprintf(how, sizeof how, "how is not told by %s", engine_chosen()->name);
    else if (server->options.libvirt && server->options.libvirt->uri)
        snprintf(how, sizeof how, "how is not told by %s", server->options.libvirt->uri);
    else
        program_describe_status(server->program.status, how, sizeof how);
    if (!server->environment->is_guest || (server->options.libvirt && server->options.libvirt->uri))
        snprintf(text, size, "%s", how);
    else if (WIFEXITED(server->program.status) && WEXITSTATUS(server->program.status) == 1)
        snprintf(text, size, "QEMU refused, or the payload ended at once with status 0");
    else
        snprintf(text, size, "crashed; QEMU: %s", how);
}

static void append_end(const struct server *server, struct error *error)
{
    char how[120];
    size_t length = strlen(error->text);
    server_describe_end(server, how, sizeof how);
    snprintf(error->text + length, sizeof error->text - length, " (%s)", how);
}

// At once: what is under way to the server, as the ends of the other attempts, is to reach it.
static void widen_queue(struct ready_wait *wait)
{
    struct server *server = wait->state;
    struct error ignored; // it serves with a short one
    if (server->network)
        network_port_ready(server->network, &server->port, &ignored);
}

static struct ready_wait ready_wait_for(struct server *server, uint64_t deadline_ns)
{
    struct ready_wait wait = {
        .protocol = server->options.payload->protocol,
        .url_path = server->options.payload->url_path,
        .address = server->port.address,
        .port = server->options.port,
        .deadline_ns = deadline_ns,
        .program = &server->program,
        .interval_ns = server->options.poll_ns,
        .answered = widen_queue,
        .state = server,
    };
    if (server->port.name[0] == '\0') {
        wait.forwarded = true;
        wait.address.s_addr = htonl(INADDR_LOOPBACK);
        wait.port = server->options.forward->host_port;
    }
    return wait;
}

static int settle(struct server *server, uint64_t answered_ns, struct error *error)
{
    server->boot_ns = answered_ns - server->program.started_ns;
    return server->environment->ready ? server->environment->ready(server, error) : 0;
}

// Returns the one that failed, or NULL.
static struct server *await_all(struct server *servers, size_t count, uint64_t timeout_ns,
                                struct error *error)
{
    struct ready_wait waits[SERVERS_MAX], *lost;
    for (size_t i = 0; i < count; i++)
        waits[i] = ready_wait_for(&servers[i], servers[i].program.started_ns + timeout_ns);
    if (ready_wait_all(waits, count, &lost, error) < 0) {
        struct server *server = &servers[lost - waits];
        if (program_ended(&server->program))
            append_end(server, error);
        return server;
    }
    for (size_t i = 0; i < count; i++) {
        if (waits[i].connected_ns > 0)
            servers[i].connect_ns = waits[i].connected_ns - servers[i].program.started_ns;
        if (settle(&servers[i], waits[i].answered_ns, error) < 0)
            return &servers[i];
    }
    return NULL;
}

void server_identify(struct server *server)
{
    static unsigned int servers_started;
    snprintf(server->id, sizeof server->id, "%s.%u", server->environment->name, servers_started++);
}

int server_reset(struct server *server, uint64_t timeout_ns, uint64_t *reset_ns,
                 struct error *error)
{
    uint64_t pressed_ns;
    if (!server->environment->is_guest)
        return error_set(error, EXIT_FAILED, "%s has no reset button", server->environment->name);
    // Or it would find a thousand questions of ours from while it booted before the one that
    // counts.
    if (server->network && network_port_boots(server->network, &server->port, error) < 0)
        return -1;
    if (qemu_inside_reset(server->qmp_path, &pressed_ns, error) < 0)
        return -1;
    struct ready_wait wait = ready_wait_for(server, pressed_ns + timeout_ns), *lost;
    if (ready_wait_all(&wait, 1, &lost, error) < 0) {
        if (program_ended(&server->program))
            append_end(server, error);
        return -1;
    }
    *reset_ns = wait.answered_ns - pressed_ns;
    qemu_inside_end_at_reset(server->qmp_path);
    return 0;
}

int server_begin(struct server *server, const struct environment *environment,
                 const struct server_options *options, struct network *network, struct error *error)
{
    memset(server, 0, sizeof *server);
    server->environment = environment;
    server->options = *options;
    server->network = network;
    if (server->options.vcpus == 0)
        server->options.vcpus = 1;
    server->console_fd = options->console_fd > 0 ? options->console_fd : -1;
    server_identify(server);
    memcpy(server->origin, server->id, sizeof server->origin);
    if (options->console_path &&
        console_open(options->console_path, &server->console_fd, error) < 0)
        return -1;
    if (add_port(server, network, error) == 0 && environment->start(server, error) == 0)
        return 0;
    // Nothing runs: only the port and the console are to be undone.
    if (network)
        network_remove_port(network, &server->port);
    confinement_remove(server);
    console_close(server->console_fd);
    argv_free(&server->argv);
    return -1;
}

int server_await(struct server *servers, size_t count, struct network *network, uint64_t timeout_ns,
                 struct error *error)
{
    const struct server *failed = await_all(servers, count, timeout_ns, error);
    if (!failed)
        return 0;
    server_stop_all(servers, count, network);
    if (failed->options.console_path)
        console_append_last_line(failed->options.console_path, error);
    return -1;
}

int server_start(struct server *server, const struct environment *environment,
                 const struct server_options *options, struct network *network, uint64_t timeout_ns,
                 struct error *error)
{
    if (server_begin(server, environment, options, network, error) < 0)
        return -1;
    return server_await(server, 1, network, timeout_ns, error);
}

uint64_t server_patience_ns(const struct environment *environment)
{
    return environment->patience_ns ? environment->patience_ns
                                    : 60 * NS_PER_S + 5 * environment->boot_ns;
}

// In a thread of its own where there are several: each end is waited for.
static void *end(void *argument)
{
    struct server *server = argument;
    uint64_t asked_ns = clock_now_ns();
    if (server->environment->stop(server))
        server->shutdown_ns = clock_now_ns() - asked_ns;
    return NULL;
}

static void release(struct server *server, struct network *network)
{
    confinement_remove(server);
    if (network)
        network_remove_port(network, &server->port);
    console_close(server->console_fd);
    argv_free(&server->argv);
}

void server_stop_all(struct server *servers, size_t count, struct network *network)
{
    pthread_t threads[SERVERS_MAX];
    bool running[SERVERS_MAX] = {false};
    for (size_t i = 1; i < count; i++)
        running[i] = pthread_create(&threads[i], NULL, end, &servers[i]) == 0;
    for (size_t i = 0; i < count; i++)
        if (!running[i])
            end(&servers[i]);
    for (size_t i = 0; i < count; i++) {
        if (running[i])
            pthread_join(threads[i], NULL);
        release(&servers[i], network);
    }
}

void server_stop(struct server *server, struct network *network)
{
    server_stop_all(server, 1, network);
}
