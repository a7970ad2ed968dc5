/* HTTP requests (RFC 9110, RFC 9112): parsed as they arrive, byte by byte if need be, without a
 * copy.
 *
 * Knows no connection and nothing of what a service offers: it hands the target of each request to
 * http_service.route, which decides. Errors of form are answered and end the connection.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTTP_REQUEST_H
#define THRICE_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_HEAD_MAX_BYTES = 8192 }; // request line and headers together; more is a 431

enum http_request_state {
    HTTP_REQUEST_LINE,
    HTTP_REQUEST_HEADERS,
    HTTP_REQUEST_BODY,       // counted by Content-Length
    HTTP_REQUEST_CHUNK_SIZE, // Transfer-Encoding: chunked (RFC 9112, 7.1)
    HTTP_REQUEST_CHUNK,
    HTTP_REQUEST_CHUNK_END,
    HTTP_REQUEST_TRAILERS,
    HTTP_REQUEST_COMPLETE,
};

// All zero before its first byte.
struct http_request {
    uint8_t state;
    uint8_t route;       // the service's own, as is `number`
    uint16_t status;     // of the answer; decided as early as it can be
    uint32_t head_bytes; // of the lines read so far
    bool method_head;
    bool last;       // the connection ends with the answer
    bool promised;   // it was the client who said so: nothing will follow this request
    bool takes_post; // what the path wants, by its route; else it wants GET or HEAD
    bool http11, has_host, has_length, chunked, expects_continue, wants_continue;
    uint64_t number;
    uint64_t body_bytes; // read so far
    uint64_t body_left;  // of the body, or of the chunk
    // Of the heap, or NULL: a copy of the query where the route took one, then the answer's body.
    char *text;
};

// Where a request goes, in the origin form: not terminated, and gone after the call.
struct http_target {
    const char *path; // begins with '/'
    size_t path_bytes;
    const char *query; // what follows '?'
    size_t query_bytes;
};

// Reads on; returns how many bytes were used. The request is complete, or wants more than `data`.
size_t http_request_parse(struct http_request *r, const char *data, size_t length);

// Frees its text and makes it ready for the next.
void http_request_reset(struct http_request *r);

// Decimal digits up to a character that is none: no sign, no space, no overflow.
bool http_parse_decimal(const char *text, size_t length, uint64_t *value);

#endif
