/* A client that says exactly the bytes it is told to, for tests of HTTP servers.
 *
 * Every wait is bounded: a server that goes silent for PATIENCE_S ends the exchange. Failures of
 * the connection itself (refused, reset) are told apart from an orderly end.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TESTS_HTTP_CLIENT_H
#define THRICE_TESTS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

enum { PATIENCE_S = 60 };

/* Who every client_connect() talks to. False: no such address. */
bool client_server(const char *host, const char *port);

/* A new connection, with TCP_NODELAY; -1 and errno if there is none. */
int client_connect(void);

enum ending {
    ENDING_CLOSED, /* the server closed in order */
    ENDING_RESET,  /* the connection broke */
    ENDING_SILENT, /* nothing came for PATIENCE_S */
};

/* What a server sent, followed by a NUL that `length` does not count. Freed by reply_free(). */
struct reply {
    char *data;
    size_t length;
    enum ending ending;
};
void reply_free(struct reply *reply);

/* Sends `length` bytes in pieces of `piece` (0: all at once) while reading, until the server ends
 * the connection, which is then closed. Never blocks on a server that stops reading to write.
 */
struct reply client_exchange(int fd, const char *request, size_t length, size_t piece);

/* The same on a new connection with a request that is a string. */
struct reply client_ask(const char *request);

/* One response out of a reply. */
struct response {
    int status;
    size_t head_length;    /* with the empty line */
    long long body_length; /* as its Content-Length says; -1 without one */
    bool close;            /* it says Connection: close */
    const char *body;
};

/* Reads the response that `text` begins with. False: it is not a whole well-formed head. */
bool response_parse(struct response *response, const char *text, size_t length);

#endif
