// sources: guest/payload/http_request.c
/* Requests as anyone may send them, cut at a place that the first byte chooses. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../guest/payload/http_service.h"

static void take_route(struct http_request *r, const struct http_target *target)
{
    r->status = 200;
    r->takes_post = target->path_bytes > 1;
    r->text = strndup(target->query, target->query_bytes);
}

const struct http_service http_service = {.route = take_route};

// What was not used is offered again with what follows it, in memory of its exact size.
static size_t feed(struct http_request *r, const uint8_t *data, size_t length)
{
    char *piece = malloc(length ? length : 1);
    memcpy(piece, data, length);
    size_t used = http_request_parse(r, piece, length);
    if (used > length)
        abort();
    free(piece);
    if (r->state == HTTP_REQUEST_COMPLETE)
        http_request_reset(r);
    return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_request r = {0};
    if (size < 1)
        return 0;
    size_t cut = data[0] % size, used;
    data++, size--;
    size_t done = feed(&r, data, cut);
    while (done < size && (used = feed(&r, data + done, size - done)) > 0)
        done += used;
    http_request_reset(&r);
    return 0;
}
