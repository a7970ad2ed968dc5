/* web: a small HTTP/1.1 server (RFC 9110, RFC 9112), the TCP payload of every environment.
 *
 * One thread on level-triggered epoll. Input of all connections passes through one buffer and
 * answers are sent from prebuilt text, so a connection between requests holds no buffer at all and
 * a request allocates nothing; only a line cut short by its packet is kept until the rest comes.
 *   GET, HEAD /          the page of the oslo study: its headers and 1000 times A
 *   GET, HEAD /bytes/N   N bytes (up to 64 MiB): lines "0000000", "0000001", ... again every 64 KiB
 *   POST /discard        reads the body and answers with how many bytes it had
 * SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    HEAD_MAX_BYTES = 8192,        // request line and headers together; more is a 431
    BYTES_MAX = 64 * 1024 * 1024, // the largest N of /bytes/N
    BLOCK_BYTES = 64 * 1024,      // unit of input and of streamed output
    INPUT_BYTES = HEAD_MAX_BYTES + 1 + BLOCK_BYTES, // a kept line, then what arrives
    TEXT_MAX_BYTES = 512, // an answer's head, and its body when that is short
    EVENTS_MAX = 128,
    ACCEPTS_MAX = 64, // connections taken before those already open get their turn
    LINGER_MS = 2000, // for the client to take the last answer and close
    RETRY_MS = 100,   // between attempts to accept while descriptors are exhausted
};

static struct {
    int port;
    int backlog;
    int idle_timeout_ms;
    bool close; // one request for each connection, as in the study
} options = {.port = 80, .backlog = 4096, .idle_timeout_ms = 10000};

// ---- requests -------------------------------------------------------------------------------

enum request_state {
    REQUEST_LINE,
    REQUEST_HEADERS,
    REQUEST_BODY,       // counted by Content-Length
    REQUEST_CHUNK_SIZE, // Transfer-Encoding: chunked (RFC 9112, 7.1)
    REQUEST_CHUNK,
    REQUEST_CHUNK_END,
    REQUEST_TRAILERS,
    REQUEST_COMPLETE,
};

enum route { ROUTE_PAGE, ROUTE_BYTES, ROUTE_DISCARD };

struct request {
    uint8_t state;
    uint8_t route;
    uint16_t status;     // of the answer; decided as early as it can be
    uint32_t head_bytes; // of the lines read so far
    bool method_head;
    bool last;     // the connection ends with the answer
    bool promised; // it was the client who said so: nothing will follow this request
    bool http11, has_host, has_length, chunked, expects_continue, wants_continue;
    uint64_t length;     // of the answer to /bytes/N
    uint64_t body_bytes; // read so far
    uint64_t body_left;  // of the body, or of the chunk
};

// A request that cannot be understood ends the connection: its end is unknown.
static void request_reject(struct request *r, int status)
{
    r->status = status;
    r->last = true;
    r->state = REQUEST_COMPLETE;
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
static bool parse_decimal(const char *text, size_t length, uint64_t *value)
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

// The origin form of a target: without the scheme and authority of an absolute form, and without
// its query. NULL if it is neither form (RFC 9112, 3.2).
static const char *target_path(const char *target, size_t *length)
{
    const char *end = target + *length;
    if (*length > 7 && strncasecmp(target, "http://", 7) == 0) {
        target += 7;
        while (target < end && *target != '/' && *target != '?')
            target++;
        if (target == end || *target == '?') {
            *length = 1;
            return "/";
        }
    }
    if (target == end || *target != '/')
        return NULL;
    const char *query = memchr(target, '?', (size_t)(end - target));
    *length = (size_t)((query ? query : end) - target);
    return target;
}

static void request_route(struct request *r, const char *path, size_t length, bool post)
{
    bool wants_post = false;
    if (length == 1) {
        r->route = ROUTE_PAGE;
    } else if (length > 7 && memcmp(path, "/bytes/", 7) == 0 &&
               parse_decimal(path + 7, length - 7, &r->length) && r->length <= BYTES_MAX) {
        r->route = ROUTE_BYTES;
    } else if (text_is(path, length, "/discard")) {
        r->route = ROUTE_DISCARD;
        wants_post = true;
    } else {
        r->status = 404;
        return;
    }
    r->status = post == wants_post ? 200 : 405;
}

static void request_first_line(struct request *r, const char *line, size_t length)
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
    size_t path_length = (size_t)(version - target);
    version++;
    const char *path = target_path(target, &path_length);
    if (!is_token(line, method_length) || memchr(target, ' ', (size_t)(version - 1 - target)) ||
        end - version != 8 || memcmp(version, "HTTP/", 5) != 0 || version[5] < '0' ||
        version[5] > '9' || version[6] != '.' || version[7] < '0' || version[7] > '9')
        return request_reject(r, 400);
    if (version[5] != '1')
        return request_reject(r, 505);

    bool post = text_is(line, method_length, "POST");
    r->method_head = text_is(line, method_length, "HEAD");
    if (!post && !r->method_head && !text_is(line, method_length, "GET"))
        r->status = 501;
    else if (path == NULL)
        return request_reject(r, 400);
    else
        request_route(r, path, path_length, post);
    r->http11 = version[7] != '0';
    r->last = r->promised = !r->http11;
    r->state = REQUEST_HEADERS;
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

static void request_length_header(struct request *r, const char *value, size_t length)
{
    uint64_t bytes;
    if (!parse_decimal(value, length, &bytes) || (r->has_length && bytes != r->body_left))
        return request_reject(r, 400);
    r->has_length = true;
    r->body_left = bytes;
}

static void request_header(struct request *r, const char *line, size_t length)
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

static void request_head_end(struct request *r)
{
    // Both a length and chunks is how requests are smuggled past a proxy (RFC 9112, 6.3).
    if ((r->http11 && !r->has_host) || (r->chunked && r->has_length))
        return request_reject(r, 400);
    if (r->status != 200)
        return request_reject(r, r->status);
    r->last |= options.close;
    if (r->chunked)
        r->state = REQUEST_CHUNK_SIZE;
    else
        r->state = r->body_left > 0 ? REQUEST_BODY : REQUEST_COMPLETE;
    r->wants_continue = r->expects_continue && r->http11 && r->state != REQUEST_COMPLETE;
}

static void request_chunk_size(struct request *r, const char *line, size_t length)
{
    size_t digits = strspn(line, "0123456789abcdefABCDEF");
    if (digits == 0 || digits > 15 || (digits < length && !strchr("; \t", line[digits])))
        return request_reject(r, 400);
    r->body_left = strtoull(line, NULL, 16);
    r->head_bytes = 0; // the trailers, and each chunk's line, have the whole allowance
    r->state = r->body_left > 0 ? REQUEST_CHUNK : REQUEST_TRAILERS;
}

static void request_take_line(struct request *r, const char *line, size_t length)
{
    switch (r->state) {
    case REQUEST_LINE:
        return request_first_line(r, line, length);
    case REQUEST_HEADERS:
        return length > 0 ? request_header(r, line, length) : request_head_end(r);
    case REQUEST_CHUNK_SIZE:
        return request_chunk_size(r, line, length);
    case REQUEST_CHUNK_END:
        if (length > 0)
            return request_reject(r, 400);
        r->state = REQUEST_CHUNK_SIZE;
        return;
    default: // trailers are read and dropped
        if (length == 0)
            r->state = REQUEST_COMPLETE;
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

static size_t request_parse_line(struct request *r, const char *data, size_t length)
{
    ssize_t end = line_length(data, length);
    size_t used = end >= 0 ? (size_t)end + 1 : 0;
    r->head_bytes += (uint32_t)used;
    if (end == -2)
        request_reject(r, 400);
    else if (r->head_bytes + (used ? 0 : length) > HEAD_MAX_BYTES)
        request_reject(r, 431);
    else if (end >= 0)
        request_take_line(r, data,
                          end > 0 && data[end - 1] == '\r' ? (size_t)end - 1 : (size_t)end);
    return used;
}

static size_t request_parse_body(struct request *r, size_t length)
{
    size_t used = length < r->body_left ? length : (size_t)r->body_left;
    r->body_bytes += used;
    r->body_left -= used;
    if (r->body_left == 0)
        r->state = r->state == REQUEST_BODY ? REQUEST_COMPLETE : REQUEST_CHUNK_END;
    return used;
}

// Reads on; returns how many bytes were used. The request is complete, or wants more than `data`.
static size_t request_parse(struct request *r, const char *data, size_t length)
{
    size_t used = 0;
    while (used < length && r->state != REQUEST_COMPLETE) {
        size_t step = r->state == REQUEST_BODY || r->state == REQUEST_CHUNK
                          ? request_parse_body(r, length - used)
                          : request_parse_line(r, data + used, length - used);
        if (step == 0)
            break;
        used += step;
    }
    return used;
}

// ---- answers --------------------------------------------------------------------------------

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
    char text[TEXT_MAX_BYTES + PAGE_BODY_BYTES];
    size_t head_bytes;
};
static struct page page_kept, page_closed;

// What /bytes/N sends, with room in front so that a head and the first block are one send.
static char stream[TEXT_MAX_BYTES + BLOCK_BYTES];
static char *const block = stream + TEXT_MAX_BYTES;

static void page_build(struct page *page, const char *head)
{
    page->head_bytes = strlen(head);
    memcpy(page->text, head, page->head_bytes);
    memset(page->text + page->head_bytes, 'A', PAGE_BODY_BYTES);
}

static void answers_build(void)
{
    page_build(&page_kept, PAGE_HEAD "\r\n");
    page_build(&page_closed, PAGE_HEAD "Connection: close\r\n\r\n");
    for (unsigned line = 0; line < BLOCK_BYTES / 8; line++) {
        unsigned number = line;
        char *text = block + (size_t)line * 8;
        text[7] = '\n';
        for (int digit = 6; digit >= 0; digit--, number /= 10)
            text[digit] = (char)('0' + number % 10);
    }
}

// An answer follows from its request alone, so nothing but `sent` is kept when a send falls short.
struct answer {
    uint64_t sent;
    uint64_t total_bytes;
    uint32_t text_bytes; // what answer_text() writes; the rest comes from `block`
};

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } known[] = {{200, "OK"},
                 {400, "Bad Request"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {431, "Request Header Fields Too Large"},
                 {501, "Not Implemented"},
                 {505, "HTTP Version Not Supported"}};
    size_t i = 0;
    while (known[i].status != status)
        i++;
    return known[i].reason;
}

// Writes every answer but the page: the head, and a body that is not streamed, so that it ends
// where `block` begins. Returns how long it is.
static size_t answer_text(const struct request *r)
{
    char text[TEXT_MAX_BYTES], body[64] = "";
    const char *type = "text/plain", *allow = "";
    uint64_t length = r->length;
    if (r->status != 200) {
        length = (uint64_t)snprintf(body, sizeof body, "%d %s\n", r->status, reason(r->status));
        if (r->status == 405)
            allow = r->route == ROUTE_DISCARD ? "Allow: POST\r\n" : "Allow: GET, HEAD\r\n";
    } else if (r->route == ROUTE_DISCARD) {
        length = (uint64_t)snprintf(body, sizeof body, "%llu\n", (unsigned long long)r->body_bytes);
    } else {
        type = "application/octet-stream";
    }
    int bytes = snprintf(text, sizeof text,
                         "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %llu\r\n%s%s\r\n%s",
                         r->status, reason(r->status), type, (unsigned long long)length, allow,
                         r->last ? "Connection: close\r\n" : "", r->method_head ? "" : body);
    memcpy(block - bytes, text, (size_t)bytes);
    return (size_t)bytes;
}

static bool answer_is_page(const struct request *r)
{
    return r->status == 200 && r->route == ROUTE_PAGE;
}

static const struct page *answer_page(const struct request *r)
{
    return r->last ? &page_closed : &page_kept;
}

static void answer_start(struct answer *a, const struct request *r)
{
    a->sent = 0;
    if (answer_is_page(r)) {
        a->total_bytes = answer_page(r)->head_bytes + (r->method_head ? 0 : PAGE_BODY_BYTES);
        return;
    }
    bool streamed = r->status == 200 && r->route == ROUTE_BYTES && !r->method_head;
    a->text_bytes = (uint32_t)answer_text(r);
    a->total_bytes = a->text_bytes + (streamed ? r->length : 0);
}

// The next stretch to send, as long as it lies in one piece.
static const char *answer_next(const struct answer *a, const struct request *r, size_t *length)
{
    uint64_t left = a->total_bytes - a->sent;
    if (answer_is_page(r)) {
        *length = (size_t)left;
        return answer_page(r)->text + a->sent;
    }
    if (a->sent < a->text_bytes) {
        const char *text = block - answer_text(r) + a->sent;
        size_t room = (size_t)(block + BLOCK_BYTES - text);
        *length = left < room ? (size_t)left : room;
        return text;
    }
    size_t at = (size_t)((a->sent - a->text_bytes) % BLOCK_BYTES);
    *length = left < BLOCK_BYTES - at ? (size_t)left : BLOCK_BYTES - at;
    return block + at;
}

// ---- connections ----------------------------------------------------------------------------

struct connection {
    struct connection *earlier, *later; // in the queue of those that will time out
    uint64_t active_ms;
    int fd;
    uint32_t interest; // what epoll reports: 0 while it does not know the descriptor
    bool answering, lingering;
    char *kept; // input that could not be used yet; NULL if there is none
    size_t kept_bytes;
    struct request request;
    struct answer answer;
};

// Connections in the order of their last sign of life, so the next to time out is the first.
struct queue {
    struct connection *first, *last;
};
static struct queue active, lingering;

static struct connection *unused; // closed ones, linked by `later`
static int epoll, listener;
static bool accepting;
static uint64_t now_ms;
static char input[INPUT_BYTES];

static struct queue *connection_queue(const struct connection *c)
{
    return c->lingering ? &lingering : &active;
}

static void queue_append(struct connection *c)
{
    struct queue *queue = connection_queue(c);
    c->active_ms = now_ms;
    c->later = NULL;
    c->earlier = queue->last;
    *(queue->last ? &queue->last->later : &queue->first) = c;
    queue->last = c;
}

static void queue_remove(struct connection *c)
{
    struct queue *queue = connection_queue(c);
    *(c->earlier ? &c->earlier->later : &queue->first) = c->later;
    *(c->later ? &c->later->earlier : &queue->last) = c->earlier;
}

static void connection_touch(struct connection *c)
{
    if (c->active_ms == now_ms || c->lingering)
        return;
    queue_remove(c);
    queue_append(c);
}

static void listener_watch(bool watch)
{
    struct epoll_event event = {.events = watch ? EPOLLIN : 0, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_MOD, listener, &event);
    accepting = watch;
}

static void connection_close(struct connection *c)
{
    close(c->fd); // which also takes it out of epoll
    queue_remove(c);
    free(c->kept);
    c->later = unused;
    unused = c;
    if (!accepting)
        listener_watch(true);
}

static void connection_want(struct connection *c, uint32_t events)
{
    if (c->interest == events)
        return;
    struct epoll_event event = {.events = events, .data.ptr = c};
    int operation = c->interest ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    c->interest = events;
    if (epoll_ctl(epoll, operation, c->fd, &event) < 0)
        connection_close(c);
}

// Keeps what could not be used; `data` may lie in what was kept before. False: out of memory.
static bool connection_keep(struct connection *c, const char *data, size_t length)
{
    char *kept = NULL;
    if (length > 0) {
        kept = malloc(length);
        if (kept == NULL)
            return false;
        memcpy(kept, data, length);
    }
    free(c->kept);
    c->kept = kept;
    c->kept_bytes = length;
    return true;
}

// Closing while input is unread resets the connection, and the client may lose the answer: say
// that we are done, then read until it is too (RFC 9112, 9.6).
static void connection_linger(struct connection *c)
{
    if (shutdown(c->fd, SHUT_WR) < 0)
        return connection_close(c);
    connection_keep(c, NULL, 0);
    queue_remove(c);
    c->lingering = true;
    queue_append(c);
    connection_want(c, EPOLLIN);
}

enum outcome { OUTCOME_DONE, OUTCOME_BLOCKED, OUTCOME_BROKEN };

static enum outcome connection_send(struct connection *c)
{
    size_t length;
    const char *data = answer_next(&c->answer, &c->request, &length);
    ssize_t sent = send(c->fd, data, length, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR ? OUTCOME_BLOCKED : OUTCOME_BROKEN;
    c->answer.sent += (uint64_t)sent;
    return c->answer.sent == c->answer.total_bytes ? OUTCOME_DONE : OUTCOME_BLOCKED;
}

static bool connection_continue(struct connection *c)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    c->request.wants_continue = false;
    return send(c->fd, text, sizeof text - 1, MSG_NOSIGNAL) == sizeof text - 1;
}

static void connection_finish(struct connection *c, size_t unread_bytes)
{
    if (c->request.promised && unread_bytes == 0 && c->request.status == 200)
        connection_close(c);
    else
        connection_linger(c);
}

// Answers every request in `data`, and keeps what is left over.
static void connection_serve(struct connection *c, const char *data, size_t length)
{
    while (length > 0) {
        size_t used = request_parse(&c->request, data, length);
        data += used;
        length -= used;
        if (c->request.state != REQUEST_COMPLETE)
            break;
        answer_start(&c->answer, &c->request);
        enum outcome outcome = connection_send(c);
        if (outcome == OUTCOME_BROKEN)
            return connection_close(c);
        if (outcome == OUTCOME_BLOCKED) {
            c->answering = true;
            break;
        }
        if (c->request.last)
            return connection_finish(c, length);
        memset(&c->request, 0, sizeof c->request);
    }
    if ((length > 0 || c->kept) && !connection_keep(c, data, length))
        return connection_close(c);
    if (c->request.wants_continue && length == 0 && !connection_continue(c))
        return connection_close(c);
    connection_want(c, c->answering ? EPOLLOUT : EPOLLIN);
}

// No more than the body under way and a head: what could not be used at once must be kept.
static size_t connection_appetite(const struct connection *c)
{
    return c->request.body_left < BLOCK_BYTES - HEAD_MAX_BYTES
               ? (size_t)c->request.body_left + HEAD_MAX_BYTES
               : BLOCK_BYTES;
}

static void connection_readable(struct connection *c)
{
    size_t kept = c->kept_bytes;
    if (kept > 0)
        memcpy(input, c->kept, kept);
    ssize_t got = recv(c->fd, input + kept, connection_appetite(c), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return connection_want(c, EPOLLIN);
    if (got <= 0)
        return connection_close(c);
    connection_touch(c);
    if (!c->lingering)
        connection_serve(c, input, kept + (size_t)got);
}

static void connection_writable(struct connection *c)
{
    enum outcome outcome = connection_send(c);
    if (outcome == OUTCOME_BROKEN)
        return connection_close(c);
    connection_touch(c);
    if (outcome == OUTCOME_BLOCKED)
        return;
    c->answering = false;
    if (c->request.last)
        return connection_finish(c, c->kept_bytes);
    memset(&c->request, 0, sizeof c->request);
    if (c->kept)
        connection_serve(c, c->kept, c->kept_bytes);
    else
        connection_want(c, EPOLLIN);
}

static void connection_open(int fd)
{
    struct connection *c = unused;
    if (c)
        unused = c->later;
    else
        c = malloc(sizeof *c);
    if (c == NULL) {
        close(fd);
        return;
    }
    memset(c, 0, sizeof *c);
    c->fd = fd;
    queue_append(c);
    connection_readable(c); // the request is often there already
}

static void listener_readable(void)
{
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd >= 0) {
            connection_open(fd);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            listener_watch(false); // else epoll would report it without end
            return;
        }
    }
}

static void queue_expire(struct queue *queue, uint64_t timeout_ms)
{
    while (queue->first && now_ms - queue->first->active_ms >= timeout_ms)
        connection_close(queue->first);
}

static uint64_t queue_timeout(const struct queue *queue, uint64_t timeout_ms, uint64_t least_ms)
{
    if (queue->first == NULL)
        return least_ms;
    uint64_t due_ms = queue->first->active_ms + timeout_ms;
    uint64_t left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
    return left_ms < least_ms ? left_ms : least_ms;
}

// ---- the server -----------------------------------------------------------------------------

static void die(const char *what)
{
    fprintf(stderr, "web: %s: %s\n", what, strerror(errno));
    exit(1);
}

// IPv6 takes IPv4 as well; where there is no IPv6, IPv4 alone.
static int listener_open(void)
{
    struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(options.port)};
    struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(options.port)};
    struct sockaddr *address = (struct sockaddr *)&any6;
    socklen_t length = sizeof any6;
    int off = 0, on = 1;

    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) < 0) {
        if (fd >= 0)
            close(fd);
        fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        address = (struct sockaddr *)&any4;
        length = sizeof any4;
    }
    if (fd < 0)
        die("cannot open a socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Inherited by what is accepted. An answer is one send: there is nothing to wait for.
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(fd, address, length) < 0 || listen(fd, options.backlog) < 0)
        die("cannot listen on the port (--port)");
    return fd;
}

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int next_timeout_ms(void)
{
    uint64_t least_ms = accepting ? UINT64_MAX : RETRY_MS;
    least_ms = queue_timeout(&active, (uint64_t)options.idle_timeout_ms, least_ms);
    least_ms = queue_timeout(&lingering, LINGER_MS, least_ms);
    return least_ms == UINT64_MAX ? -1 : (int)least_ms;
}

static void serve(void)
{
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS_MAX, next_timeout_ms());
        if (count < 0 && errno != EINTR)
            die("epoll_wait");
        now_ms = clock_ms();
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            if (c == NULL)
                listener_readable();
            else if (c->answering)
                connection_writable(c);
            else
                connection_readable(c);
        }
        queue_expire(&active, (uint64_t)options.idle_timeout_ms);
        queue_expire(&lingering, LINGER_MS);
        if (!accepting && count == 0)
            listener_watch(true);
    }
}

// ---- start ----------------------------------------------------------------------------------

static const char usage[] =
    "usage: web [--port N] [--close] [--idle-timeout SECONDS] [--backlog N]\n"
    "  --port N         listen here (80)\n"
    "  --close          close each connection after one answer\n"
    "  --idle-timeout S drop a client silent for so long (10)\n"
    "  --backlog N      connections waiting to be accepted (4096)\n";

static int option_number(const char *name, const char *text, long most)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 || value > most) {
        fprintf(stderr, "web: --%s: '%s' is not a number from 1 to %ld\n%s", name, text, most,
                usage);
        exit(2);
    }
    return (int)value;
}

static void parse_options(int argc, char **argv)
{
    static const struct option known[] = {{"port", required_argument, NULL, 'p'},
                                          {"close", no_argument, NULL, 'c'},
                                          {"idle-timeout", required_argument, NULL, 'i'},
                                          {"backlog", required_argument, NULL, 'b'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option, index = 0;
    while ((option = getopt_long(argc, argv, "", known, &index)) != -1) {
        switch (option) {
        case 'p':
            options.port = option_number("port", optarg, 65535);
            break;
        case 'c':
            options.close = true;
            break;
        case 'i':
            options.idle_timeout_ms = 1000 * option_number("idle-timeout", optarg, 86400);
            break;
        case 'b':
            options.backlog = option_number("backlog", optarg, 65535);
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        default: // getopt_long has named it
            fputs(usage, stderr);
            exit(2);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "web: unexpected argument '%s'\n%s", argv[optind], usage);
        exit(2);
    }
}

// Nothing is buffered that could be lost, so there is nothing to do but end. Needed where this is
// process 1, whom signals without a handler do not end.
static void stop(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

int main(int argc, char **argv)
{
    parse_options(argc, argv);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    answers_build();
    listener = listener_open();
    epoll = epoll_create1(0);
    if (epoll < 0)
        die("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0)
        die("epoll_ctl");
    accepting = true;
    now_ms = clock_ms();
    printf("web: serving on port %d\n", options.port);
    fflush(stdout);
    serve();
}
