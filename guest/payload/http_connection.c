/* The server's connections; see http_connection.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "http_connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_answer.h"
#include "http_service.h"

enum {
    INPUT_BYTES = HTTP_HEAD_MAX_BYTES + 1 + HTTP_BLOCK_BYTES, // a kept line, then what arrives
    UNUSED_MAX = 64,
    LINGER_MS = 2000, // for the client to take the last answer and close
};

struct http_connection {
    struct http_connection *earlier, *later; // in the queue of those that will time out
    uint64_t active_ms;
    int fd;
    uint32_t interest; // what epoll reports: 0 while it does not know the descriptor
    bool answering, lingering, waiting;
    char *kept; // input that could not be used yet; NULL if there is none
    size_t kept_bytes;
    struct http_request request;
    struct http_answer answer;
};

// Connections in the order of their last sign of life, so the next to time out is the first.
struct queue {
    struct http_connection *first, *last;
};
static struct queue active, lingering;

static struct http_connection *unused; // closed ones, linked by `later`: UNUSED_MAX at most
static unsigned unused_count;
static char input[INPUT_BYTES];

struct http_connections http_connections;

static struct queue *connection_queue(const struct http_connection *c)
{
    return c->lingering ? &lingering : &active;
}

static void queue_append(struct http_connection *c)
{
    struct queue *queue = connection_queue(c);
    c->active_ms = http_connections.now_ms;
    c->later = NULL;
    c->earlier = queue->last;
    *(queue->last ? &queue->last->later : &queue->first) = c;
    queue->last = c;
}

static void queue_remove(struct http_connection *c)
{
    struct queue *queue = connection_queue(c);
    *(c->earlier ? &c->earlier->later : &queue->first) = c->later;
    *(c->later ? &c->later->earlier : &queue->last) = c->earlier;
}

static void connection_touch(struct http_connection *c)
{
    if (c->active_ms == http_connections.now_ms || c->lingering)
        return;
    queue_remove(c);
    queue_append(c);
}

static void connection_close(struct http_connection *c)
{
    close(c->fd); // which also takes it out of epoll
    if (c->waiting) {
        http_connections.waiting = NULL;
        http_service.abandon();
    } else {
        queue_remove(c);
    }
    free(c->kept);
    http_request_reset(&c->request);
    if (unused_count < UNUSED_MAX) {
        c->later = unused;
        unused = c;
        unused_count++;
    } else {
        free(c); // a crowd that has gone leaves nothing behind
    }
    http_connections.freed();
}

static void connection_want(struct http_connection *c, uint32_t events)
{
    if (c->interest == events)
        return;
    struct epoll_event event = {.events = events, .data.ptr = c};
    int operation = c->interest ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    c->interest = events;
    if (epoll_ctl(http_connections.epoll, operation, c->fd, &event) < 0)
        connection_close(c);
}

// Keeps what could not be used; `data` may lie in what was kept before. False: out of memory.
static bool connection_keep(struct http_connection *c, const char *data, size_t length)
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
static void connection_linger(struct http_connection *c)
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

static enum outcome connection_send(struct http_connection *c)
{
    size_t length;
    const char *data = http_answer_next(&c->answer, &c->request, &length);
    ssize_t sent = send(c->fd, data, length, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR ? OUTCOME_BLOCKED : OUTCOME_BROKEN;
    c->answer.sent += (uint64_t)sent;
    return c->answer.sent == c->answer.total_bytes ? OUTCOME_DONE : OUTCOME_BLOCKED;
}

static bool connection_continue(struct http_connection *c)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    c->request.wants_continue = false;
    return send(c->fd, text, sizeof text - 1, MSG_NOSIGNAL) == sizeof text - 1;
}

static void connection_finish(struct http_connection *c, size_t unread_bytes)
{
    if (c->request.promised && unread_bytes == 0 && c->request.status == 200)
        connection_close(c);
    else
        connection_linger(c);
}

// Its answer comes later. No input is read meanwhile, but its end is noticed.
static void connection_wait(struct http_connection *c, const char *data, size_t length)
{
    queue_remove(c);
    c->waiting = true;
    http_connections.waiting = c;
    if ((length > 0 || c->kept) && !connection_keep(c, data, length))
        return connection_close(c);
    connection_want(c, EPOLLRDHUP);
}

// Answers every request in `data`, and keeps what is left over.
static void connection_serve(struct http_connection *c, const char *data, size_t length)
{
    while (length > 0) {
        size_t used = http_request_parse(&c->request, data, length);
        data += used;
        length -= used;
        if (c->request.state != HTTP_REQUEST_COMPLETE)
            break;
        c->request.last |= http_connections.close;
        if (http_service.start != NULL && c->request.status == 200 &&
            http_service.start(&c->request))
            return connection_wait(c, data, length);
        http_answer_start(&c->answer, &c->request);
        enum outcome outcome = connection_send(c);
        if (outcome == OUTCOME_BROKEN)
            return connection_close(c);
        if (outcome == OUTCOME_BLOCKED) {
            c->answering = true;
            break;
        }
        if (c->request.last)
            return connection_finish(c, length);
        http_request_reset(&c->request);
    }
    if ((length > 0 || c->kept) && !connection_keep(c, data, length))
        return connection_close(c);
    if (c->request.wants_continue && length == 0 && !connection_continue(c))
        return connection_close(c);
    connection_want(c, c->answering ? EPOLLOUT : EPOLLIN);
}

// No more than the body under way and a head: what could not be used at once must be kept.
static size_t connection_appetite(const struct http_connection *c)
{
    return c->request.body_left < HTTP_BLOCK_BYTES - HTTP_HEAD_MAX_BYTES
               ? (size_t)c->request.body_left + HTTP_HEAD_MAX_BYTES
               : HTTP_BLOCK_BYTES;
}

static void connection_readable(struct http_connection *c)
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

// Goes on behind an answer that did not go out at once.
static void connection_answered(struct http_connection *c)
{
    c->answering = false;
    if (c->request.last)
        return connection_finish(c, c->kept_bytes);
    http_request_reset(&c->request);
    if (c->kept)
        connection_serve(c, c->kept, c->kept_bytes);
    else
        connection_want(c, EPOLLIN);
}

static void connection_writable(struct http_connection *c)
{
    enum outcome outcome = connection_send(c);
    if (outcome == OUTCOME_BROKEN)
        return connection_close(c);
    connection_touch(c);
    if (outcome == OUTCOME_DONE)
        connection_answered(c);
}

void http_connection_work(void)
{
    struct http_connection *c = http_connections.waiting;
    if (!http_service.work(&c->request))
        return;
    http_connections.waiting = NULL;
    c->waiting = false;
    queue_append(c);
    http_answer_start(&c->answer, &c->request);
    c->answering = true;
    connection_want(c, EPOLLOUT);
}

void http_connection_event(struct http_connection *c)
{
    if (c->waiting)
        connection_close(c); // nothing but its end is waited for
    else if (c->answering)
        connection_writable(c);
    else
        connection_readable(c);
}

void http_connection_open(int fd)
{
    struct http_connection *c = unused;
    if (c) {
        unused = c->later;
        unused_count--;
    } else {
        c = malloc(sizeof *c);
    }
    if (c == NULL) {
        close(fd);
        return;
    }
    memset(c, 0, sizeof *c);
    c->fd = fd;
    queue_append(c);
    connection_readable(c); // the request is often there already
}

static void queue_expire(struct queue *queue, uint64_t timeout_ms)
{
    while (queue->first && http_connections.now_ms - queue->first->active_ms >= timeout_ms)
        connection_close(queue->first);
}

static uint64_t queue_timeout(const struct queue *queue, uint64_t timeout_ms, uint64_t least_ms)
{
    if (queue->first == NULL)
        return least_ms;
    uint64_t due_ms = queue->first->active_ms + timeout_ms;
    uint64_t left_ms = due_ms > http_connections.now_ms ? due_ms - http_connections.now_ms : 0;
    return left_ms < least_ms ? left_ms : least_ms;
}

void http_connections_expire(void)
{
    queue_expire(&active, (uint64_t)http_connections.idle_timeout_ms);
    queue_expire(&lingering, LINGER_MS);
}

uint64_t http_connections_timeout_ms(uint64_t least_ms)
{
    least_ms = queue_timeout(&active, (uint64_t)http_connections.idle_timeout_ms, least_ms);
    return queue_timeout(&lingering, LINGER_MS, least_ms);
}
