/* What a payload offers over HTTP: the table that each of them defines, and the server asks.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTTP_SERVICE_H
#define THRICE_HTTP_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "http_request.h"

enum { HTTP_BLOCK_BYTES = 64 * 1024 }; // unit of input and of streamed output

// What long bodies are made of; a service that has such fills it before it serves.
extern char *const http_block;

struct http_body {
    const char *type;        // "text/plain" unless set
    char text[64];           // of a short body
    uint64_t streamed_bytes; // of a long one, instead: http_block, again and again
};

struct http_service {
    // Sets r->status: 200, or 404 when there is no such path (405 follows from takes_post). May set
    // route, number, takes_post, and text, to a copy of the query. Called once a request, before
    // its headers.
    void (*route)(struct http_request *r, const struct http_target *target);

    // A whole answer, head and all, that exists already, and how long it is. It stays where it is
    // until the next request. NULL: there is none.
    const char *(*prebuilt)(struct http_request *r, uint64_t *bytes);

    // The body of any other answer with status 200. Called again when a send falls short, so it
    // must say the same each time.
    void (*body)(const struct http_request *r, struct http_body *body);

    // NULL, or: begins what a complete request asks for. True: the answer comes later. The server
    // then calls `go_on`, which is http_connection_work(), between looks at its connections, and
    // that calls work(), a slice of at most 10 ms, until it returns true; r->status and r->text
    // (of the heap) are then the answer. One at a time: until then start() must not return true
    // again. abandon(): the client has gone, and there is no more to do.
    bool (*start)(struct http_request *r);
    void (*go_on)(void);
    bool (*work)(struct http_request *r);
    void (*abandon)(void);
};

extern const struct http_service http_service;
extern const char http_service_name[]; // of the payload, for its usage and its messages

// For `prebuilt`: an answer whose body is r->text, JSON when the status is 200.
const char *http_answer_of_text(struct http_request *r, uint64_t *bytes);

// For `go_on`.
void http_connection_work(void);

#endif
