/* The bare process: the container's static binary, the very file, in a network namespace of its
 * own. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <signal.h>
#include <sys/wait.h>

#include "artefact.h"
#include "clock.h"
#include "environment/reference.h"
#include "environment/server.h"

#define BINARY "images/%s.oci/rootfs/%s"

static int native_check(const struct payload *payload, struct error *error)
{
    char path[PATH_MAX];
    if (payload->is_reference)
        return reference_check(payload, error);
    return artefact_require(error, path, BINARY, payload->name, payload->name);
}

// A payload is one file; a reference server has its libraries and configuration about it.
static int add_command(struct server *server, char root[PATH_MAX], struct error *error)
{
    char path[PATH_MAX];
    const struct payload *payload = server->options.payload;
    if (payload->is_reference) {
        argv_add(&server->argv, REFERENCE_COMMAND, payload->name);
        return reference_root(payload, root, error);
    }
    if (artefact_require(error, path, BINARY, payload->name, payload->name) < 0)
        return -1;
    argv_add(&server->argv, "%s", path);
    return 0;
}

static int native_start(struct server *server, struct error *error)
{
    char root[PATH_MAX];
    if (add_command(server, root, error) < 0)
        return -1;
    argv_add_list(&server->argv, server->options.arguments);
    struct program_options options = {
        .argv = (const char *const *)server->argv.word,
        .root = server->options.payload->is_reference ? root : NULL,
        .netns_fd = server->port.netns_fd,
        .inherited_fd = -1,
        .output_fd = server->console_fd,
    };
    confinement_make(server, 0);
    confinement_apply(server, &options);
    options.data_bytes = confinement_data_bytes(server);
    if (program_start(&server->program, &options, error) < 0)
        return -1;
    server->payload_pid = server->program.pid;
    return 0;
}

static bool native_stop(struct server *server)
{
    program_stop(&server->program);
    return !WIFSIGNALED(server->program.status) || WTERMSIG(server->program.status) == SIGTERM;
}

static int native_exit_status(const struct server *server)
{
    int status = server->program.status;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const struct environment environment_native = {
    .name = "native",
    .summary = "a bare process: the container's static binary, without the container",
    .boot_ns = NS_PER_S / 4,
    .check = native_check,
    .start = native_start,
    .stop = native_stop,
    .exit_status = native_exit_status,
};
