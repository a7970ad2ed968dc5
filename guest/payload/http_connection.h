/* The server's connections: from an accepted socket to its close, whatever the client does.
 *
 * At most one waits for an answer that comes later (http_service.start).
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTTP_CONNECTION_H
#define THRICE_HTTP_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

struct http_connection;

// What all of them share; set by the server.
struct http_connections {
    int epoll;
    int idle_timeout_ms;
    bool close;                      // one request for each connection, as in the study
    uint64_t now_ms;                 // monotonic, of the last look at them
    void (*freed)(void);             // a descriptor has been closed
    struct http_connection *waiting; // for its answer, or NULL
};
extern struct http_connections http_connections;

// A new one, of a non-blocking socket.
void http_connection_open(int fd);

// epoll has reported it.
void http_connection_event(struct http_connection *c);

// Closes those silent for too long; and how long that takes until the next, if below least_ms.
void http_connections_expire(void);
uint64_t http_connections_timeout_ms(uint64_t least_ms);

#endif
