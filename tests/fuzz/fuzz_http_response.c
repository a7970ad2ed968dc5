// sources: host/load/http_response.c
/* Fuzzes the response parser: any bytes, fed whole and cut in pieces, must end in the same state,
 * whatever they are.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/http_response.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed_in_pieces(struct http_response *response, const char *bytes, size_t count,
                           size_t piece)
{
    for (size_t at = 0; at < count; at += piece) {
        size_t length = count - at < piece ? count - at : piece;
        char *copy = malloc(length); /* its own memory: a read behind the piece is seen */
        memcpy(copy, bytes + at, length);
        size_t taken = http_response_feed(response, copy, length);
        free(copy);
        if (taken < length)
            break;
    }
    http_response_end(response);
}

/* The first byte says how the rest is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char expected[] = "AAAAAAAAAA";
    struct http_response whole;
    struct http_response cut;

    if (size < 1)
        return 0;
    const char *bytes = (const char *)data + 1;
    http_response_start(&whole, expected, sizeof expected - 1);
    http_response_start(&cut, expected, sizeof expected - 1);
    feed_in_pieces(&whole, bytes, size - 1, size);
    feed_in_pieces(&cut, bytes, size - 1, data[0] % 16 + 1U);
    if (whole.state != cut.state || whole.status != cut.status ||
        whole.body_bytes != cut.body_bytes || whole.will_close != cut.will_close ||
        whole.body_differs != cut.body_differs)
        abort();
    return 0;
}
