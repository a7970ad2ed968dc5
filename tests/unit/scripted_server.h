/* A TCP server on loopback, in a thread, that misbehaves as told: one connection after the other
 * is accepted, its request read, and handed to a function.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SCRIPTED_SERVER_H
#define THRICE_SCRIPTED_SERVER_H

#include "endpoint.h"

#include <pthread.h>
#include <stdatomic.h>

struct scripted_server {
    struct endpoint endpoint; /* where it listens */
    /* What to do with connection number index, whose request has been read. The connection is
     * closed behind it. */
    void (*behave)(int connection, unsigned index);
    atomic_uint accepted;
    int listener;
    pthread_t thread;
};

/* Listens and starts the thread; a test that cannot have a server fails at once. */
void scripted_server_start(struct scripted_server *server,
                           void (*behave)(int connection, unsigned index));

/* Stops accepting, and waits for the connection in hand. */
void scripted_server_stop(struct scripted_server *server);

/* Sends all of the text. */
void scripted_server_send(int connection, const char *text);

#endif
