/* A server that works beside another; see neighbour.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/neighbour.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "environment/isolation.h"
#include "environment/payload.h"
#include "study/experiment_compute.h"

static const uint64_t PATIENCE_NS = 60 * NS_PER_S; // with one request
enum { LOWEST_PRIORITY = 19 };

// Behind the load generator that measures, with which it shares CPUs.
static void *ask_again_and_again(void *argument)
{
    struct neighbour *neighbour = argument;
    setpriority(PRIO_PROCESS, (id_t)gettid(), LOWEST_PRIORITY);
    while (!neighbour->over && !isolation_interrupted()) {
        if (fetch_run(&neighbour->fetch) < 0)
            break;
        neighbour->asked++;
    }
    return NULL;
}

static int begin_asking(struct neighbour *neighbour, struct error *error)
{
    const struct server *server = &neighbour->server;
    neighbour->fetch = (struct fetch){.address = server->port.address,
                                      .port = server->options.port,
                                      .path = neighbour->path,
                                      .timeout_ns = PATIENCE_NS};
    int failure = pthread_create(&neighbour->thread, NULL, ask_again_and_again, neighbour);
    return failure == 0
               ? 0
               : error_set_errno(error, EXIT_FAILED, failure, "starting a neighbour's thread");
}

int neighbour_start(struct neighbour *neighbour, const struct environment *environment,
                    const struct server_options *options, const char *payload, const char *path,
                    struct network *network, struct error *error)
{
    static const char *const none[] = {NULL};
    struct server_options own = *options;
    memset(neighbour, 0, sizeof *neighbour);
    snprintf(neighbour->console_path, sizeof neighbour->console_path, "%.*s.neighbour",
             PATH_MAX - 16, options->console_path);
    own.console_path = neighbour->console_path;
    own.disk_path = NULL;
    own.arguments = none;
    own.payload = payload_find(payload, error);
    neighbour->network = network;
    if (!own.payload || environment->check(own.payload, error) < 0 ||
        experiment_compute_path(neighbour->path, sizeof neighbour->path, path, own.vcpus, error) <
            0 ||
        run_disk_make(&neighbour->disk, &own, environment, error) < 0)
        return -1;
    own.port = own.payload->port;
    if (server_start(&neighbour->server, environment, &own, network,
                     server_patience_ns(environment), error) == 0) {
        if (begin_asking(neighbour, error) == 0)
            return 0;
        server_stop(&neighbour->server, network);
    }
    run_disk_remove(&neighbour->disk);
    return -1;
}

// The request that is under way is answered first: a connection to a machine that is switched off
// would not end.
int neighbour_stop(struct neighbour *neighbour, struct error *error)
{
    neighbour->over = true;
    pthread_join(neighbour->thread, NULL);
    server_stop(&neighbour->server, neighbour->network);
    run_disk_remove(&neighbour->disk);
    if (neighbour->fetch.code == 0)
        return 0;
    return error_set(error, EXIT_FAILED, "the neighbour did not work all the time: %.300s",
                     neighbour->fetch.error.text);
}
