/* A neighbour: a second server that is asked for the same work again and again, on the CPUs of the
 * server that is measured meanwhile. Who asks has the lowest priority of the load generators, so
 * that the servers compete, not they; where these have no CPU to spare, the neighbour has less to
 * do.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NEIGHBOUR_H
#define THRICE_NEIGHBOUR_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "environment/server.h"
#include "error.h"
#include "load/fetch.h"
#include "study/run_disk.h"

struct neighbour {
    struct server server;
    struct network *network;
    struct run_disk disk;
    char console_path[PATH_MAX];
    char path[400]; /* that it is asked for */
    struct fetch fetch;
    pthread_t thread;
    atomic_bool over;
    unsigned int asked; /* requests that it has done, once it is stopped */
};

/* Boots one with that payload, and begins to ask it. The options are those of the server that is
 * measured, of which all but payload, arguments, disk and console is taken over. Returns 0, or -1
 * and an error with nothing left behind.
 */
int neighbour_start(struct neighbour *neighbour, const struct environment *environment,
                    const struct server_options *options, const char *payload, const char *path,
                    struct network *network, struct error *error);

/* Ends it behind the request that is under way. Returns 0, or -1 and an error (EXIT_FAILED) when it
 * had not worked all the time. */
int neighbour_stop(struct neighbour *neighbour, struct error *error);

#endif
