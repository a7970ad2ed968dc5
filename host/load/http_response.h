/* One HTTP/1.x response read as it arrives, split anywhere (RFC 9112).
 *
 * It keeps only what a load generator judges by: status, framing, and whether the body is
 * the expected one. The body itself is not kept. Framing: Content-Length, chunked, or until
 * the connection ends; interim 1xx responses are skipped; 204 and 304 have no body.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTTP_RESPONSE_H
#define THRICE_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer header line is skipped unless it is one of those that matter here: then, as with
 * a head longer than HTTP_RESPONSE_HEAD_BYTES, the response is malformed. */
#define HTTP_RESPONSE_LINE_BYTES 256
#define HTTP_RESPONSE_HEAD_BYTES 65536

enum http_response_state {
    HTTP_RESPONSE_STATUS_LINE,
    HTTP_RESPONSE_HEADER,
    HTTP_RESPONSE_BODY,       /* body_left bytes to come */
    HTTP_RESPONSE_CHUNK_SIZE, /* a line with the next chunk's size */
    HTTP_RESPONSE_CHUNK_END,  /* the empty line behind a chunk */
    HTTP_RESPONSE_TRAILER,    /* header lines behind the last chunk */
    HTTP_RESPONSE_UNTIL_END,  /* the body ends with the connection */
    HTTP_RESPONSE_COMPLETE,
    HTTP_RESPONSE_MALFORMED,
};

struct http_response {
    enum http_response_state state;
    unsigned status;   /* 0 until the status line is complete */
    bool will_close;   /* the server said, or implied, that it closes the connection */
    bool body_differs; /* from the expected one, in content or length */
    bool has_length;   /* of Content-Length */
    bool chunked;      /* private, as all that follows */
    bool line_too_long;
    uint16_t line_bytes;
    uint32_t head_bytes;
    uint64_t body_left;
    uint64_t body_bytes;  /* public: received so far */
    const char *expected; /* the expected body, or NULL for any; borrowed */
    uint64_t expected_bytes;
    char line[HTTP_RESPONSE_LINE_BYTES];
};

/* Readies response for the first byte. expected, when not NULL, must outlive it. */
void http_response_start(struct http_response *response, const char *expected,
                         uint64_t expected_bytes);

/* Feeds bytes as they came. Returns how many belong to the response: fewer than given only
 * once it is complete (the rest came behind its end) or malformed. */
size_t http_response_feed(struct http_response *response, const char *bytes, size_t count);

/* The connection ended: completes a response that ends with it. Any state but
 * HTTP_RESPONSE_COMPLETE then means that the response was cut short. */
void http_response_end(struct http_response *response);

#endif
