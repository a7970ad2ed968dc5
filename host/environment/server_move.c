/* A running server saved and brought back, or moved; see server_move.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/server_move.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "clock.h"
#include "environment/console.h"

// Of what a server is, that which begins anew with another process.
static void forget_process(struct server *server)
{
    memset(&server->program, 0, sizeof server->program);
    memset(&server->confinement, 0, sizeof server->confinement);
    memset(&server->cgroup, 0, sizeof server->cgroup);
    memset(&server->argv, 0, sizeof server->argv);
    server->payload_pid = 0;
    server->has_cgroup = false;
    server->vcpus = 0;
    server->boot_ns = server->shutdown_ns = 0;
}

// Its process has ended, and another is to take its place.
static void release_process(struct server *server)
{
    confinement_remove(server);
    argv_free(&server->argv);
    forget_process(server);
}

static int refuse(const struct server *server, const char *what, struct error *error)
{
    return error_set(error, EXIT_USAGE, "%s: %s is not for it", server->environment->name, what);
}

int server_checkpoint(struct server *server, struct error *error)
{
    if (!server->environment->checkpoint || !server->options.checkpoint)
        return refuse(server, "checkpoint and restore", error);
    if (server->environment->checkpoint(server, error) < 0)
        return -1;
    release_process(server);
    return 0;
}

int server_restart(struct server *server, struct network *network, uint64_t timeout_ns,
                   uint64_t *restart_ns, struct error *error)
{
    uint64_t asked_ns = clock_now_ns();
    if (server->environment->is_guest)
        return refuse(server, "a restart", error);
    server->environment->stop(server);
    release_process(server);
    server_identify(server);
    if (server->environment->start(server, error) < 0) {
        server_stop(server, network);
        return -1;
    }
    if (server_await(server, 1, network, timeout_ns, error) < 0)
        return -1;
    *restart_ns = server->program.started_ns + server->boot_ns - asked_ns;
    return 0;
}

int server_restore(struct server *server, struct network *network, uint64_t timeout_ns,
                   struct error *error)
{
    struct error ignored; // with a long queue it only has old questions to answer first
    network_port_boots(network, &server->port, &ignored);
    if (server->environment->restore(server, error) < 0) {
        server_stop(server, network);
        return -1;
    }
    return server_await(server, 1, network, timeout_ns, error);
}

// The second place: all as in the first but for its process and its end of the bridge.
static int prepare_second(const struct server *from, struct server *to, struct network *network,
                          struct error *error)
{
    *to = *from;
    forget_process(to);
    server_identify(to); // and its disk is that of the first
    to->options.checkpoint = NULL;
    to->console_fd = fcntl(from->console_fd, F_DUPFD_CLOEXEC, 0); // -1 stays -1: ours
    return from->environment->is_guest
               ? network_add_second_tap(network, &to->port, &from->port, error)
               : network_add_second_veth(network, &to->port, &from->port, error);
}

// A guest has been alive all the while; of what was saved and restored it is to be seen.
static int settle_second(struct server *to, struct network *network, struct error *error)
{
    if (!to->environment->is_guest)
        return server_await(to, 1, network, server_patience_ns(to->environment), error);
    if (!to->environment->ready || to->environment->ready(to, error) == 0)
        return 0;
    server_stop(to, network);
    return -1;
}

int server_migrate(struct server *from, struct server *to, struct network *network,
                   uint64_t patience_ns, struct qemu_migration *report, struct error *error)
{
    if (!from->environment->migrate)
        return refuse(from, "live migration", error);
    bool moved = prepare_second(from, to, network, error) == 0 &&
                 from->environment->migrate(from, to, patience_ns, report, error) == 0;
    struct server *other = moved ? from : to; // the one without the guest, nor its disk
    other->vcpus = 0;
    other->origin[0] = '\0';
    if (!moved) {
        server_stop(to, network);
        if (!to->environment->is_guest && to->program.started_ns > 0 && to->options.console_path)
            console_append_last_line(to->options.console_path, error); // its engine's last word
        return -1;
    }
    return settle_second(to, network, error);
}
