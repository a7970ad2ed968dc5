/* HTTP requests; see http_request.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "http_request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

#include "http_service.h"

// A request that cannot be understood ends the connection: its end is unknown.
static void request_reject(struct http_request *r, int status)
{
    free(r->text);
    r->text = NULL;
    r->status = status;
    r->last = true;
    r->state = HTTP_REQUEST_COMPLETE;
}

static bool text_is(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

static bool name_is(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

// Decimal digits only: no sign, no space, no overflow. Every line ends in a line feed, so that the
// functions for strings stop in time.
bool http_parse_decimal(const char *text, size_t length, uint64_t *value)
{
    if (length == 0 || length > 18 || strspn(text, "0123456789") < length)
        return false;
    *value = strtoull(text, NULL, 10);
    return true;
}

// RFC 9110, 5.6.2: what methods and field names are made of.
static bool is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("!#$%&'*+-.^_`|~", text[i]))
            return false;
    return length > 0;
}

// Reduces a target to the origin form: without the scheme and authority of an absolute form. False
// if it is neither form (RFC 9112, 3.2).
static bool parse_target(const char *text, size_t length, struct http_target *target)
{
    const char *end = text + length;
    if (length > 7 && strncasecmp(text, "http://", 7) == 0) {
        text += 7;
        while (text < end && *text != '/' && *text != '?')
            text++;
    } else if (text == end || *text != '/') {
        return false;
    }
    const char *query = memchr(text, '?', (size_t)(end - text));
    const char *path_end = query ? query : end;
    target->path_bytes = (size_t)(path_end - text);
    target->path = text;
    if (target->path_bytes == 0) {
        target->path = "/";
        target->path_bytes = 1;
    }
    target->query = query ? query + 1 : end;
    target->query_bytes = (size_t)(end - target->query);
    return true;
}

// The method and the target decide the status of the answer, if nothing after them is wrong.
static void request_route(struct http_request *r, const char *method, size_t method_length,
                          const char *text, size_t length)
{
    struct http_target target;
    bool post = text_is(method, method_length, "POST");
    r->method_head = text_is(method, method_length, "HEAD");
    if (!post && !r->method_head && !text_is(method, method_length, "GET")) {
        r->status = 501;
        return;
    }
    if (!parse_target(text, length, &target))
        return request_reject(r, 400);
    http_service.route(r, &target);
    if (r->status == 200 && post != r->takes_post)
        r->status = 405;
}

static void request_first_line(struct http_request *r, const char *line, size_t length)
{
    if (length == 0)
        return; // an empty line before a request is to be ignored (RFC 9112, 2.2)
    const char *end = line + length;
    const char *target = memchr(line, ' ', length);
    const char *version = memrchr(line, ' ', length);
    if (target == NULL || target == version)
        return request_reject(r, 400);
    size_t method_length = (size_t)(target - line);
    target++;
    size_t target_length = (size_t)(version - target);
    version++;
    if (!is_token(line, method_length) || memchr(target, ' ', target_length) ||
        end - version != 8 || memcmp(version, "HTTP/", 5) != 0 || version[5] < '0' ||
        version[5] > '9' || version[6] != '.' || version[7] < '0' || version[7] > '9')
        return request_reject(r, 400);
    if (version[5] != '1')
        return request_reject(r, 505);
    r->http11 = version[7] != '0';
    r->last = r->promised = !r->http11;
    r->state = HTTP_REQUEST_HEADERS;
    request_route(r, line, method_length, target, target_length);
}

// Is `word` among the comma-separated elements of a value?
static bool list_has(const char *value, const char *end, const char *word)
{
    while (value < end) {
        const char *comma = memchr(value, ',', (size_t)(end - value));
        const char *stop = comma ? comma : end;
        while (value < stop && (*value == ' ' || *value == '\t'))
            value++;
        const char *last = stop;
        while (last > value && (last[-1] == ' ' || last[-1] == '\t'))
            last--;
        if (name_is(value, (size_t)(last - value), word))
            return true;
        value = stop + 1;
    }
    return false;
}

static void request_length_header(struct http_request *r, const char *value, size_t length)
{
    uint64_t bytes;
    if (!http_parse_decimal(value, length, &bytes) || (r->has_length && bytes != r->body_left))
        return request_reject(r, 400);
    r->has_length = true;
    r->body_left = bytes;
}

static void request_header(struct http_request *r, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    // A name must touch its colon, and a line must not continue the one before it: a token has
    // no spaces (RFC 9112, 5.1 and 5.2).
    if (colon == NULL || !is_token(line, (size_t)(colon - line)))
        return request_reject(r, 400);
    size_t name_length = (size_t)(colon - line);
    const char *value = colon + 1, *end = line + length;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    size_t value_length = (size_t)(end - value);

    if (name_is(line, name_length, "Host")) {
        if (r->has_host)
            return request_reject(r, 400);
        r->has_host = true;
    } else if (name_is(line, name_length, "Connection")) {
        if (list_has(value, end, "close"))
            r->last = r->promised = true;
    } else if (name_is(line, name_length, "Content-Length")) {
        request_length_header(r, value, value_length);
    } else if (name_is(line, name_length, "Transfer-Encoding")) {
        if (!name_is(value, value_length, "chunked") || r->chunked)
            return request_reject(r, 501);
        r->chunked = true;
    } else if (name_is(line, name_length, "Expect")) {
        r->expects_continue = name_is(value, value_length, "100-continue");
    }
}

static void request_head_end(struct http_request *r)
{
    // Both a length and chunks is how requests are smuggled past a proxy (RFC 9112, 6.3).
    if ((r->http11 && !r->has_host) || (r->chunked && r->has_length))
        return request_reject(r, 400);
    if (r->status != 200)
        return request_reject(r, r->status);
    if (r->chunked)
        r->state = HTTP_REQUEST_CHUNK_SIZE;
    else
        r->state = r->body_left > 0 ? HTTP_REQUEST_BODY : HTTP_REQUEST_COMPLETE;
    r->wants_continue = r->expects_continue && r->http11 && r->state != HTTP_REQUEST_COMPLETE;
}

static void request_chunk_size(struct http_request *r, const char *line, size_t length)
{
    size_t digits = strspn(line, "0123456789abcdefABCDEF");
    if (digits == 0 || digits > 15 || (digits < length && !strchr("; \t", line[digits])))
        return request_reject(r, 400);
    r->body_left = strtoull(line, NULL, 16);
    r->head_bytes = 0; // the trailers, and each chunk's line, have the whole allowance
    r->state = r->body_left > 0 ? HTTP_REQUEST_CHUNK : HTTP_REQUEST_TRAILERS;
}

static void request_take_line(struct http_request *r, const char *line, size_t length)
{
    switch (r->state) {
    case HTTP_REQUEST_LINE:
        return request_first_line(r, line, length);
    case HTTP_REQUEST_HEADERS:
        return length > 0 ? request_header(r, line, length) : request_head_end(r);
    case HTTP_REQUEST_CHUNK_SIZE:
        return request_chunk_size(r, line, length);
    case HTTP_REQUEST_CHUNK_END:
        if (length > 0)
            return request_reject(r, 400);
        r->state = HTTP_REQUEST_CHUNK_SIZE;
        return;
    default: // trailers are read and dropped
        if (length == 0)
            r->state = HTTP_REQUEST_COMPLETE;
    }
}

// The length of the line at `data` up to its line feed; -1 if that has not come yet, -2 if there
// is a control character that no line may hold.
static ssize_t line_length(const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c >= 0x20 && c != 0x7f)
            continue;
        if (c == '\n')
            return (ssize_t)i;
        if (c != '\t' && (c != '\r' || (i + 1 < length && data[i + 1] != '\n')))
            return -2;
    }
    return -1;
}

static size_t request_parse_line(struct http_request *r, const char *data, size_t length)
{
    ssize_t end = line_length(data, length);
    size_t used = end >= 0 ? (size_t)end + 1 : 0;
    r->head_bytes += (uint32_t)used;
    if (end == -2)
        request_reject(r, 400);
    else if (r->head_bytes + (used ? 0 : length) > HTTP_HEAD_MAX_BYTES)
        request_reject(r, 431);
    else if (end >= 0)
        request_take_line(r, data,
                          end > 0 && data[end - 1] == '\r' ? (size_t)end - 1 : (size_t)end);
    return used;
}

static size_t request_parse_body(struct http_request *r, size_t length)
{
    size_t used = length < r->body_left ? length : (size_t)r->body_left;
    r->body_bytes += used;
    r->body_left -= used;
    if (r->body_left == 0)
        r->state = r->state == HTTP_REQUEST_BODY ? HTTP_REQUEST_COMPLETE : HTTP_REQUEST_CHUNK_END;
    return used;
}

size_t http_request_parse(struct http_request *r, const char *data, size_t length)
{
    size_t used = 0;
    while (used < length && r->state != HTTP_REQUEST_COMPLETE) {
        size_t step = r->state == HTTP_REQUEST_BODY || r->state == HTTP_REQUEST_CHUNK
                          ? request_parse_body(r, length - used)
                          : request_parse_line(r, data + used, length - used);
        if (step == 0)
            break;
        used += step;
    }
    return used;
}

void http_request_reset(struct http_request *r)
{
    free(r->text);
    memset(r, 0, sizeof *r);
}
