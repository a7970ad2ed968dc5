/* HTTP answers: what is sent for a request, in stretches that each lie in one piece.
 *
 * An answer follows from its request alone, so nothing but `sent` is kept when a send falls short.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTTP_ANSWER_H
#define THRICE_HTTP_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "http_request.h"

struct http_answer {
    const char *text; // the whole answer; NULL: it is written anew for each send
    uint64_t sent;
    uint64_t total_bytes;
    uint32_t text_bytes; // head and short body where they are written anew; the rest is streamed
};

// Decides the answer of a complete request.
void http_answer_start(struct http_answer *a, struct http_request *r);

// The next stretch to send.
const char *http_answer_next(const struct http_answer *a, const struct http_request *r,
                             size_t *length);

#endif
