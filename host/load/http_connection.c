/* One connection of the HTTP load; see http_connection.h.
 *
 * Few system calls, since the generator shares the machine with what it measures: socket,
 * connect, send, epoll_ctl, recv, close. Sending is tried at once behind connect: where the peer
 * is on this machine, the handshake is often over by then. EPOLLRDHUP tells that the peer's end
 * has come, which saves the recv that would return 0.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/http_connection.h"

#include "clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

/* More than one reply of the studies; larger ones take several calls. */
#define RECEIVE_BYTES 65536
#define PORTS_TRIED   64 /* before none is said to be left */

static struct http_load_second *second_at(struct http_engine *engine, uint64_t now_ns)
{
    struct http_load_result *result = engine->result;
    uint64_t second = (now_ns - result->pace.start_ns) / NS_PER_S;
    return &result->seconds[second < result->second_count ? second : result->second_count - 1];
}

static enum http_load_error error_of_errno(int errno_value)
{
    switch (errno_value) {
    case ECONNREFUSED:
        return HTTP_LOAD_REFUSED;
    case ECONNRESET:
    case EPIPE:
        return HTTP_LOAD_RESET;
    case ETIMEDOUT:
        return HTTP_LOAD_TIMEOUT;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
        return HTTP_LOAD_UNREACHABLE;
    case EADDRNOTAVAIL:
    case EADDRINUSE:
        return HTTP_LOAD_NO_PORT;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
        return HTTP_LOAD_NO_DESCRIPTOR;
    default:
        return HTTP_LOAD_OTHER;
    }
}

static void count_error(struct http_engine *engine, enum http_load_error kind, uint64_t now_ns)
{
    engine->result->errors[kind]++;
    second_at(engine, now_ns)->failed++;
}

static void release(struct http_engine *engine, struct http_connection *connection)
{
    close(connection->fd);
    TAILQ_REMOVE(&engine->in_flight, connection, link);
    TAILQ_INSERT_HEAD(&engine->unused, connection, link);
    engine->in_flight_count--;
}

static void fail(struct http_engine *engine, struct http_connection *connection,
                 enum http_load_error kind, uint64_t now_ns)
{
    count_error(engine, kind, now_ns);
    release(engine, connection);
}

static void succeed(struct http_engine *engine, struct http_connection *connection)
{
    struct http_load_result *result = engine->result;
    uint64_t since_start_ns = connection->answered_ns - result->pace.start_ns;

    result->completed++;
    if (since_start_ns > result->last_answer_ns)
        result->last_answer_ns = since_start_ns;
    second_at(engine, connection->answered_ns)->completed++;
    histogram_record(&result->latency, connection->answered_ns - connection->due_ns);
    histogram_record(&result->service, connection->answered_ns - connection->begun_ns);
    histogram_record(&result->connect, connection->connected_ns - connection->begun_ns);
    histogram_record(&result->response, connection->first_byte_ns - connection->sent_ns);
    release(engine, connection);
}

/* Sends what is left of the request. Returns 0, or an errno value. */
static int send_request(struct http_engine *engine, struct http_connection *connection)
{
    ssize_t sent = send(connection->fd, engine->request + connection->sent_bytes,
                        engine->request_bytes - connection->sent_bytes, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN ? 0 : errno;

    uint64_t now_ns = clock_now_ns();
    if (connection->state == HTTP_CONNECTION_CONNECTING) {
        connection->connected_ns = now_ns;
        connection->state = HTTP_CONNECTION_SENDING;
    }
    connection->sent_bytes += (size_t)sent;
    if (connection->sent_bytes == engine->request_bytes) {
        connection->sent_ns = now_ns;
        connection->state = HTTP_CONNECTION_RECEIVING;
    }
    return 0;
}

/* The next source address, its port left to connect: only then may the kernel use one port for
 * several servers. Returns 0, or an errno value. */
static int bind_address(struct http_engine *engine, int fd)
{
    const struct http_load_options *options = engine->options;
    const struct endpoint *source = &options->sources[engine->next_source];
    const int on = 1;

    engine->next_source = (engine->next_source + 1) % options->source_count;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    return bind(fd, (const struct sockaddr *)&source->address, source->length) == 0 ? 0 : errno;
}

/* The next address and port; one that is still in use is passed over. Returns as above. */
static int bind_port(struct http_engine *engine, int fd)
{
    const struct http_load_options *options = engine->options;
    struct endpoint source;

    for (int i = 0; i < PORTS_TRIED; i++) {
        source = source_ports_next(options->ports, options->sources, options->source_count);
        if (bind(fd, (const struct sockaddr *)&source.address, source.length) == 0)
            return 0;
        if (errno != EADDRINUSE)
            return errno;
    }
    return EADDRINUSE;
}

static int bind_source(struct http_engine *engine, int fd)
{
    if (engine->options->source_count == 0)
        return 0;
    return engine->options->ports != NULL ? bind_port(engine, fd) : bind_address(engine, fd);
}

/* Begins to connect, sends if that is already possible, and registers for what is left to wait
 * for. Returns 0, or an errno value. */
static int open_connection(struct http_engine *engine, struct http_connection *connection)
{
    const struct endpoint *server = &engine->options->server;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = connection};

    int failure = bind_source(engine, connection->fd);
    if (failure != 0)
        return failure;
    if (connect(connection->fd, (const struct sockaddr *)&server->address, server->length) != 0 &&
        errno != EINPROGRESS)
        return errno;
    failure = send_request(engine, connection);
    if (failure != 0)
        return failure;
    if (connection->state != HTTP_CONNECTION_RECEIVING)
        event.events |= EPOLLOUT;
    return epoll_ctl(engine->epoll, EPOLL_CTL_ADD, connection->fd, &event) == 0 ? 0 : errno;
}

static struct http_connection *take_unused(struct http_engine *engine)
{
    struct http_connection *connection = TAILQ_FIRST(&engine->unused);
    if (connection == NULL)
        return malloc(sizeof *connection);
    TAILQ_REMOVE(&engine->unused, connection, link);
    return connection;
}

void http_connection_start(struct http_engine *engine, uint64_t due_ns, uint64_t now_ns)
{
    const struct http_load_options *options = engine->options;
    struct http_load_result *result = engine->result;

    second_at(engine, now_ns)->started++;
    int fd =
        socket(options->server.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        count_error(engine, error_of_errno(errno), now_ns);
        return;
    }
    struct http_connection *connection = take_unused(engine);
    if (connection == NULL) {
        close(fd);
        count_error(engine, HTTP_LOAD_NO_DESCRIPTOR, now_ns);
        return;
    }
    connection->fd = fd;
    connection->state = HTTP_CONNECTION_CONNECTING;
    connection->sent_bytes = 0;
    connection->due_ns = due_ns;
    connection->begun_ns = now_ns;
    connection->first_byte_ns = 0;
    http_response_start(&connection->response, options->expected_body,
                        options->expected_body_bytes);
    TAILQ_INSERT_TAIL(&engine->in_flight, connection, link);
    if (++engine->in_flight_count > result->in_flight_max)
        result->in_flight_max = engine->in_flight_count;

    int failure = open_connection(engine, connection);
    if (failure != 0)
        fail(engine, connection, error_of_errno(failure), clock_now_ns());
}

/* The response is complete: it is judged at once, and the end awaited if the server said that it
 * comes. Like the next, returns whether the connection is still open. */
static bool judge(struct http_engine *engine, struct http_connection *connection, uint64_t now_ns,
                  bool ended)
{
    const struct http_response *response = &connection->response;

    connection->answered_ns = now_ns;
    if (response->status != 200)
        fail(engine, connection, HTTP_LOAD_STATUS, now_ns);
    else if (response->body_differs)
        fail(engine, connection, HTTP_LOAD_BODY, now_ns);
    else if (ended || !response->will_close)
        succeed(engine, connection);
    else
        connection->state = HTTP_CONNECTION_CLOSING;
    return connection->state == HTTP_CONNECTION_CLOSING;
}

static bool take_bytes(struct http_engine *engine, struct http_connection *connection,
                       const char *bytes, size_t count, bool ended)
{
    struct http_response *response = &connection->response;
    uint64_t now_ns = clock_now_ns();

    if (connection->first_byte_ns == 0)
        connection->first_byte_ns = now_ns;
    size_t taken = http_response_feed(response, bytes, count);
    if (ended)
        http_response_end(response);
    if (response->state == HTTP_RESPONSE_MALFORMED)
        fail(engine, connection, HTTP_LOAD_MALFORMED, now_ns);
    else if (taken < count)
        fail(engine, connection, HTTP_LOAD_BODY, now_ns);
    else if (response->state == HTTP_RESPONSE_COMPLETE)
        return judge(engine, connection, now_ns, ended);
    else if (ended)
        fail(engine, connection, HTTP_LOAD_SHORT, now_ns);
    else
        return true;
    return false;
}

/* The connection ended, well or by an error, with nothing more to read. */
static void take_end(struct http_engine *engine, struct http_connection *connection,
                     enum http_load_error kind)
{
    struct http_response *response = &connection->response;
    uint64_t now_ns = clock_now_ns();

    if (connection->state == HTTP_CONNECTION_CLOSING) {
        succeed(engine, connection); /* even if reset: the answer was whole */
        return;
    }
    if (kind == HTTP_LOAD_SHORT)
        http_response_end(response);
    if (response->state == HTTP_RESPONSE_COMPLETE)
        judge(engine, connection, now_ns, true);
    else
        fail(engine, connection, kind, now_ns);
}

static void receive(struct http_engine *engine, struct http_connection *connection, uint32_t events)
{
    char bytes[RECEIVE_BYTES];
    bool reset = (events & EPOLLERR) != 0;
    bool ending = (events & EPOLLRDHUP) != 0 && !reset;
    bool drained = false;

    while (!drained) {
        ssize_t count = recv(connection->fd, bytes, sizeof bytes, 0);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count <= 0) {
            take_end(engine, connection, count == 0 ? HTTP_LOAD_SHORT : error_of_errno(errno));
            return;
        }
        /* A full buffer may have left bytes behind, which no further edge would announce; and a
         * reset is told only behind the bytes. */
        drained = (size_t)count < sizeof bytes && !reset;
        if (!take_bytes(engine, connection, bytes, (size_t)count, drained && ending))
            return;
    }
}

void http_connection_handle(struct http_engine *engine, struct http_connection *connection,
                            uint32_t events)
{
    if (connection->state < HTTP_CONNECTION_RECEIVING && (events & (EPOLLOUT | EPOLLERR)) != 0) {
        int failure = send_request(engine, connection);
        if (failure != 0) {
            fail(engine, connection, error_of_errno(failure), clock_now_ns());
            return;
        }
    }
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        receive(engine, connection, events);
}

void http_connection_expire(struct http_engine *engine, struct http_connection *connection,
                            uint64_t now_ns)
{
    if (connection->state == HTTP_CONNECTION_CLOSING) {
        engine->result->unclosed++;
        succeed(engine, connection);
    } else {
        fail(engine, connection, HTTP_LOAD_TIMEOUT, now_ns);
    }
}

void http_connection_abandon(struct http_engine *engine, struct http_connection *connection)
{
    release(engine, connection);
}
