/* HTTP answers; see http_answer.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "http_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_service.h"

enum { TEXT_MAX_BYTES = 512 }; // an answer's head, and its body when that is short

// With room in front, so that a head and the first block are one send.
static char stream[TEXT_MAX_BYTES + HTTP_BLOCK_BYTES];
char *const http_block = stream + TEXT_MAX_BYTES;

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } known[] = {{200, "OK"},
                 {400, "Bad Request"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {409, "Conflict"},
                 {431, "Request Header Fields Too Large"},
                 {500, "Internal Server Error"},
                 {501, "Not Implemented"},
                 {505, "HTTP Version Not Supported"},
                 {507, "Insufficient Storage"}};
    size_t i = 0;
    while (known[i].status != status)
        i++;
    return known[i].reason;
}

static size_t write_head(char text[TEXT_MAX_BYTES], const struct http_request *r, const char *type,
                         uint64_t length, const char *body)
{
    const char *allow = "";
    if (r->status == 405)
        allow = r->takes_post ? "Allow: POST\r\n" : "Allow: GET, HEAD\r\n";
    return (size_t)snprintf(
        text, TEXT_MAX_BYTES,
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %llu\r\n%s%s\r\n%s", r->status,
        reason(r->status), type, (unsigned long long)length, allow,
        r->last ? "Connection: close\r\n" : "", r->method_head ? "" : body);
}

static void describe_body(const struct http_request *r, struct http_body *body)
{
    body->type = "text/plain";
    body->text[0] = '\0';
    body->streamed_bytes = 0;
    if (r->status == 200)
        http_service.body(r, body);
    else
        snprintf(body->text, sizeof body->text, "%d %s\n", r->status, reason(r->status));
}

// Writes the head, and a body that is not streamed, so that it ends where the block begins.
// Returns how long it is.
static size_t write_text(const struct http_request *r, uint64_t *streamed_bytes)
{
    struct http_body body;
    char text[TEXT_MAX_BYTES];
    describe_body(r, &body);
    uint64_t length = body.streamed_bytes ? body.streamed_bytes : strlen(body.text);
    size_t bytes = write_head(text, r, body.type, length, body.text);
    memcpy(http_block - bytes, text, bytes);
    *streamed_bytes = r->method_head ? 0 : body.streamed_bytes;
    return bytes;
}

const char *http_answer_of_text(struct http_request *r, uint64_t *bytes)
{
    char head[TEXT_MAX_BYTES];
    if (r->text == NULL)
        return NULL;
    size_t body_bytes = strlen(r->text);
    const char *type = r->status == 200 ? "application/json" : "text/plain";
    size_t head_bytes = write_head(head, r, type, body_bytes, "");
    char *whole = malloc(head_bytes + body_bytes);
    if (whole == NULL) {
        r->status = 507;
        return NULL;
    }
    memcpy(whole, head, head_bytes);
    memcpy(whole + head_bytes, r->text, body_bytes);
    free(r->text);
    r->text = whole;
    *bytes = head_bytes + (r->method_head ? 0 : body_bytes);
    return whole;
}

void http_answer_start(struct http_answer *a, struct http_request *r)
{
    uint64_t streamed_bytes;
    a->sent = 0;
    a->text = http_service.prebuilt(r, &a->total_bytes);
    if (a->text != NULL)
        return;
    a->text_bytes = (uint32_t)write_text(r, &streamed_bytes);
    a->total_bytes = a->text_bytes + streamed_bytes;
}

const char *http_answer_next(const struct http_answer *a, const struct http_request *r,
                             size_t *length)
{
    uint64_t left = a->total_bytes - a->sent, streamed_bytes;
    if (a->text != NULL) {
        *length = (size_t)left;
        return a->text + a->sent;
    }
    if (a->sent < a->text_bytes) {
        const char *text = http_block - write_text(r, &streamed_bytes) + a->sent;
        size_t room = (size_t)(http_block + HTTP_BLOCK_BYTES - text);
        *length = left < room ? (size_t)left : room;
        return text;
    }
    size_t at = (size_t)((a->sent - a->text_bytes) % HTTP_BLOCK_BYTES);
    *length = left < HTTP_BLOCK_BYTES - at ? (size_t)left : HTTP_BLOCK_BYTES - at;
    return http_block + at;
}
