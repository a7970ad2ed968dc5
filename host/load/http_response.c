/* The response parser; see http_response.h.
 *
 * Lines are gathered in the small buffer of the response, since they can be split anywhere;
 * body bytes are compared as they come and never kept.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/http_response.h"

#include <string.h>
#include <strings.h>

void http_response_start(struct http_response *response, const char *expected,
                         uint64_t expected_bytes)
{
    /* The line buffer is left as it is: clearing it for every request would cost more than
     * the parsing. */
    memset(response, 0, offsetof(struct http_response, line));
    response->expected = expected;
    response->expected_bytes = expected_bytes;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_finished(const struct http_response *response)
{
    return response->state == HTTP_RESPONSE_COMPLETE || response->state == HTTP_RESPONSE_MALFORMED;
}

static void complete(struct http_response *response)
{
    if (response->expected != NULL && response->body_bytes != response->expected_bytes)
        response->body_differs = true;
    response->state = HTTP_RESPONSE_COMPLETE;
}

/* "HTTP/1.x NNN reason"; the reason may be missing (RFC 9112, section 4). */
static bool parse_status_line(struct http_response *response)
{
    const char *line = response->line;

    if (response->line_too_long || strncmp(line, "HTTP/1.", 7) != 0 || !is_digit(line[7]) ||
        line[8] != ' ' || !is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) ||
        (line[12] != ' ' && line[12] != '\0'))
        return false;
    response->status = (unsigned)((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
    response->will_close = line[7] == '0';
    return response->status >= 100;
}

/* If the line is the header of this name: its value, without blanks around it. NULL if not. */
static char *header_value(char *line, const char *name)
{
    size_t length = strlen(name);
    if (strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    char *value = line + length + 1;
    value += strspn(value, " \t");
    size_t end = strlen(value);
    while (end > 0 && (value[end - 1] == ' ' || value[end - 1] == '\t'))
        end--;
    value[end] = '\0';
    return value;
}

/* Whether a comma-separated list holds the token. */
static bool list_has(const char *list, const char *token)
{
    size_t length = strlen(token);
    while (*list != '\0') {
        list += strspn(list, " \t,");
        size_t item = strcspn(list, " \t,");
        if (item == length && strncasecmp(list, token, length) == 0)
            return true;
        list += item;
    }
    return false;
}

static bool parse_length(struct http_response *response, const char *value)
{
    uint64_t length = 0;
    if (*value == '\0')
        return false;
    for (; *value != '\0'; value++)
        if (!is_digit(*value) || __builtin_mul_overflow(length, UINT64_C(10), &length) ||
            __builtin_add_overflow(length, (uint64_t)(*value - '0'), &length))
            return false;
    if (response->has_length && response->body_left != length)
        return false; /* two lengths: where the response ends is anyone's guess */
    response->has_length = true;
    response->body_left = length;
    return true;
}

static bool parse_header(struct http_response *response)
{
    char *value;

    if ((value = header_value(response->line, "Content-Length")) != NULL)
        return !response->line_too_long && parse_length(response, value);
    if ((value = header_value(response->line, "Transfer-Encoding")) != NULL) {
        response->chunked = strcasecmp(value, "chunked") == 0;
        return !response->line_too_long && response->chunked;
    }
    if ((value = header_value(response->line, "Connection")) != NULL) {
        if (list_has(value, "close"))
            response->will_close = true;
        else if (list_has(value, "keep-alive"))
            response->will_close = false;
        return !response->line_too_long;
    }
    return strchr(response->line, ':') != NULL || response->line_too_long;
}

/* The empty line behind the headers: decides how the body is framed (RFC 9112, 6.3). */
static void begin_body(struct http_response *response)
{
    if (response->status < 200) {
        response->state = HTTP_RESPONSE_STATUS_LINE;
        response->status = 0;
    } else if (response->status == 204 || response->status == 304) {
        complete(response);
    } else if (response->chunked) {
        response->state = HTTP_RESPONSE_CHUNK_SIZE;
    } else if (!response->has_length) {
        response->state = HTTP_RESPONSE_UNTIL_END;
        response->will_close = true;
    } else if (response->body_left == 0) {
        complete(response);
    } else {
        response->state = HTTP_RESPONSE_BODY;
    }
}

/* Hexadecimal digits, perhaps an extension behind a semicolon (RFC 9112, 7.1). */
static bool parse_chunk_size(struct http_response *response)
{
    uint64_t size = 0;
    size_t digits = strspn(response->line, "0123456789abcdefABCDEF");
    char behind = response->line[digits];

    if (digits == 0 || digits > 15 || response->line_too_long ||
        (behind != '\0' && behind != ';' && behind != ' '))
        return false;
    for (size_t i = 0; i < digits; i++) {
        char c = response->line[i];
        size = size * 16 + (uint64_t)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    response->body_left = size;
    response->state = size == 0 ? HTTP_RESPONSE_TRAILER : HTTP_RESPONSE_BODY;
    return true;
}

/* Takes the line that is complete in the buffer; false when it is malformed. */
static bool take_line(struct http_response *response)
{
    bool empty = response->line[0] == '\0' && !response->line_too_long;

    switch (response->state) {
    case HTTP_RESPONSE_STATUS_LINE:
        response->state = HTTP_RESPONSE_HEADER;
        return parse_status_line(response);
    case HTTP_RESPONSE_HEADER:
        if (!empty)
            return parse_header(response);
        begin_body(response);
        return true;
    case HTTP_RESPONSE_CHUNK_SIZE:
        return parse_chunk_size(response);
    case HTTP_RESPONSE_CHUNK_END:
        response->state = HTTP_RESPONSE_CHUNK_SIZE;
        return empty;
    case HTTP_RESPONSE_TRAILER:
        if (empty)
            complete(response);
        return true;
    default:
        return false;
    }
}

/* Gathers bytes up to a line's end, and takes the line when it is reached. */
static size_t feed_line(struct http_response *response, const char *bytes, size_t count)
{
    const char *newline = memchr(bytes, '\n', count);
    size_t taken = newline != NULL ? (size_t)(newline - bytes) + 1 : count;
    size_t text = newline != NULL ? taken - 1 : taken;
    size_t room = sizeof response->line - 1 - response->line_bytes;

    if (text > room) {
        response->line_too_long = true;
        text = room;
    }
    memcpy(response->line + response->line_bytes, bytes, text);
    response->line_bytes = (uint16_t)(response->line_bytes + text);

    /* Chunk lines are not part of the head, but cost the same to a hostile server. */
    response->head_bytes += (uint32_t)taken;
    bool good = true;
    if (newline != NULL) {
        if (response->line_bytes > 0 && response->line[response->line_bytes - 1] == '\r')
            response->line_bytes--;
        response->line[response->line_bytes] = '\0';
        if (memchr(response->line, '\0', response->line_bytes) != NULL)
            good = false;
        else
            good = take_line(response);
        response->line_bytes = 0;
        response->line_too_long = false;
        if (response->state == HTTP_RESPONSE_BODY)
            response->head_bytes = 0;
    }
    if (!good || response->head_bytes > HTTP_RESPONSE_HEAD_BYTES)
        response->state = HTTP_RESPONSE_MALFORMED;
    return taken;
}

static void compare_body(struct http_response *response, const char *bytes, size_t count)
{
    if (response->expected == NULL || response->body_differs)
        return;
    uint64_t at = response->body_bytes;
    if (count > response->expected_bytes - at || memcmp(response->expected + at, bytes, count) != 0)
        response->body_differs = true;
}

static size_t feed_body(struct http_response *response, const char *bytes, size_t count)
{
    bool bounded = response->state == HTTP_RESPONSE_BODY;
    if (bounded && count > response->body_left)
        count = (size_t)response->body_left;
    compare_body(response, bytes, count);
    response->body_bytes += count;
    if (!bounded)
        return count;
    response->body_left -= count;
    if (response->body_left == 0) {
        if (response->chunked)
            response->state = HTTP_RESPONSE_CHUNK_END;
        else
            complete(response);
    }
    return count;
}

size_t http_response_feed(struct http_response *response, const char *bytes, size_t count)
{
    size_t taken = 0;
    while (taken < count && !is_finished(response)) {
        if (response->state == HTTP_RESPONSE_BODY || response->state == HTTP_RESPONSE_UNTIL_END)
            taken += feed_body(response, bytes + taken, count - taken);
        else
            taken += feed_line(response, bytes + taken, count - taken);
    }
    return taken;
}

void http_response_end(struct http_response *response)
{
    if (response->state == HTTP_RESPONSE_UNTIL_END)
        complete(response);
}
