/* web: the TCP payload of every environment, on the shared HTTP server (http_server.h).
 *
 *   GET, HEAD /          the page of the oslo study: its headers and 1000 times A
 *   GET, HEAD /bytes/N   N bytes (up to 64 MiB): lines "0000000", "0000001", ... again every 64 KiB
 *   POST /discard        reads the body and answers with how many bytes it had
 * SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "http_server.h"

enum { BYTES_MAX = 64 * 1024 * 1024 }; // the largest N of /bytes/N

enum route { ROUTE_PAGE, ROUTE_BYTES, ROUTE_DISCARD };

static void web_route(struct http_request *r, const struct http_target *target)
{
    const char *path = target->path;
    size_t length = target->path_bytes;
    r->status = 200;
    if (length == 1) {
        r->route = ROUTE_PAGE;
    } else if (length > 7 && memcmp(path, "/bytes/", 7) == 0 &&
               http_parse_decimal(path + 7, length - 7, &r->number) && r->number <= BYTES_MAX) {
        r->route = ROUTE_BYTES;
    } else if (length == 8 && memcmp(path, "/discard", 8) == 0) {
        r->route = ROUTE_DISCARD;
        r->takes_post = true;
    } else {
        r->status = 404;
    }
}

#define PAGE_HEAD                                                                                  \
    "HTTP/1.1 200 OK\r\n"                                                                          \
    "Date: Mon, 01 Jan 1970 00:00:01 GMT\r\n"                                                      \
    "Server: IncludeOS prototype 4.0\r\n"                                                          \
    "Last-Modified: Wed, 08 Jan 2003 23:11:55 GMT\r\n"                                             \
    "Content-Type: text/html; charset=UTF-8\r\n"                                                   \
    "Content-Length: 1000\r\n"                                                                     \
    "Accept-Ranges: bytes\r\n"

enum { PAGE_BODY_BYTES = 1000 };

struct page {
    char text[sizeof PAGE_HEAD + 64 + PAGE_BODY_BYTES];
    size_t head_bytes;
};
static struct page page_kept, page_closed;

static void page_build(struct page *page, const char *head)
{
    page->head_bytes = strlen(head);
    memcpy(page->text, head, page->head_bytes);
    memset(page->text + page->head_bytes, 'A', PAGE_BODY_BYTES);
}

/* Built when it is first asked for: it takes longer than all else before a server serves. */
static void block_build(void)
{
    static bool is_built;

    if (is_built)
        return;
    is_built = true;
    for (unsigned line = 0; line < HTTP_BLOCK_BYTES / 8; line++) {
        unsigned number = line;
        char *text = http_block + (size_t)line * 8;
        text[7] = '\n';
        for (int digit = 6; digit >= 0; digit--, number /= 10)
            text[digit] = (char)('0' + number % 10);
    }
}

static const char *web_prebuilt(struct http_request *r, uint64_t *bytes)
{
    const struct page *page = r->last ? &page_closed : &page_kept;
    if (r->status != 200 || r->route != ROUTE_PAGE)
        return NULL;
    *bytes = page->head_bytes + (r->method_head ? 0 : PAGE_BODY_BYTES);
    return page->text;
}

static void web_body(const struct http_request *r, struct http_body *body)
{
    if (r->route == ROUTE_DISCARD) {
        snprintf(body->text, sizeof body->text, "%llu\n", (unsigned long long)r->body_bytes);
    } else {
        block_build();
        body->type = "application/octet-stream";
        body->streamed_bytes = r->number;
    }
}

const char http_service_name[] = "web";

const struct http_service http_service = {
    .route = web_route,
    .prebuilt = web_prebuilt,
    .body = web_body,
};

int main(int argc, char **argv)
{
    page_build(&page_kept, PAGE_HEAD "\r\n");
    page_build(&page_closed, PAGE_HEAD "Connection: close\r\n\r\n");
    http_main(argc, argv, NULL);
}
