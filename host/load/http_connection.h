/* One connection of the HTTP load, from its connect to the account of how it ended.
 *
 * Private to host/load: http.c decides when connections start and expire, this file what
 * happens on each. Connections are edge-triggered on one epoll descriptor.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTTP_CONNECTION_H
#define THRICE_HTTP_CONNECTION_H

#include "load/http.h"
#include "load/http_response.h"

#include <sys/queue.h>

enum http_connection_state {
    HTTP_CONNECTION_CONNECTING,
    HTTP_CONNECTION_SENDING, /* part of the request did not fit the socket's buffer */
    HTTP_CONNECTION_RECEIVING,
    HTTP_CONNECTION_CLOSING, /* answered; the server said that it closes: its end is awaited */
};

struct http_connection {
    TAILQ_ENTRY(http_connection) link;
    int fd;
    enum http_connection_state state;
    size_t sent_bytes;
    uint64_t due_ns;
    uint64_t begun_ns; /* when connect was called */
    uint64_t connected_ns;
    uint64_t sent_ns;
    uint64_t first_byte_ns; /* 0 until the reply begins */
    uint64_t answered_ns;
    struct http_response response;
};

TAILQ_HEAD(http_connections, http_connection);

/* What all connections of a load share. */
struct http_engine {
    const struct http_load_options *options;
    struct http_load_result *result;
    int epoll;
    char *request;
    size_t request_bytes;
    size_t next_source;
    uint64_t in_flight_count;
    struct http_connections in_flight; /* oldest first, and so in order of their deadlines */
    struct http_connections unused;
};

/* Starts the connection of the request that was due at due_ns. */
void http_connection_start(struct http_engine *engine, uint64_t due_ns, uint64_t now_ns);

/* Does what the epoll events allow. The connection may be over, and must not be used, when this
 * returns. */
void http_connection_handle(struct http_engine *engine, struct http_connection *connection,
                            uint32_t events);

/* Ends a connection that outlived the timeout. */
void http_connection_expire(struct http_engine *engine, struct http_connection *connection,
                            uint64_t now_ns);

/* Closes without accounting: the load was interrupted. */
void http_connection_abandon(struct http_engine *engine, struct http_connection *connection);

#endif
