/* A burst of connections; see burst.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/burst.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "load/http_response.h"
#include "load/thread_setup.h"

enum { EVENTS = 256, READ_BYTES = 16384, BIND_TRIES = 64, REQUEST_BYTES = 512 };
static const uint64_t CLOSE_NS = NS_PER_S / 2; // how long the server has for it, behind the last
enum { STARTS_PER_TURN = 64 }; // those of one instant, too, let answers be taken in between

struct connection {
    int fd;
    bool sent, answered;
    uint64_t due_ns;
    struct http_response response;
};

struct burst {
    const struct burst_options *options;
    struct burst_result *result;
    struct connection *connection;
    int epoll;
    uint64_t open;     // neither answered nor failed
    uint64_t unclosed; // answered, by a server that has not closed yet
    uint64_t started;
    uint64_t start_ns;
    int *ended; // descriptors of those that ended, in that order
    uint64_t ended_count;
    uint64_t closed_count; // of them
    char request[REQUEST_BYTES];
    size_t request_bytes;
};

static int bound_socket(const struct burst_options *options)
{
    int fd =
        socket(options->server.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    for (int i = 0; fd >= 0 && i < BIND_TRIES; i++) {
        struct endpoint source =
            source_ports_next(options->ports, options->sources, options->source_count);
        if (bind(fd, (const struct sockaddr *)&source.address, source.length) == 0)
            return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

// Once and for all: a socket that is not connected yet has hung up, and says so now, not later.
static int watch(struct burst *burst, struct connection *connection)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
    return epoll_ctl(burst->epoll, EPOLL_CTL_ADD, connection->fd, &event) == 0 &&
                   epoll_wait(burst->epoll, &event, 1, 0) >= 0
               ? 0
               : -1;
}

static int prepare(struct burst *burst, struct error *error)
{
    const struct burst_options *options = burst->options;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    burst->epoll = epoll_create1(EPOLL_CLOEXEC);
    burst->connection = calloc(options->connections, sizeof *burst->connection);
    burst->ended = calloc(options->connections, sizeof *burst->ended);
    if (burst->epoll < 0 || !burst->connection || !burst->ended)
        return error_set_errno(error, EXIT_FAILED, errno, "preparing a burst");
    for (uint64_t i = 0; i < options->connections; i++)
        burst->connection[i].fd = -1;
    for (uint64_t i = 0; i < options->connections; i++) {
        struct connection *connection = &burst->connection[i];
        http_response_start(&connection->response, NULL, 0);
        connection->fd = bound_socket(options);
        if (connection->fd < 0)
            return error_set_errno(error, EXIT_LACKING, errno,
                                   "%llu connections at once need as many descriptors "
                                   "(ulimit -Hn) and ports: there were %llu",
                                   (unsigned long long)options->connections, (unsigned long long)i);
        if (watch(burst, connection) < 0)
            return error_set_errno(error, EXIT_FAILED, errno, "preparing a burst");
    }
    int length = snprintf(burst->request, sizeof burst->request,
                          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", options->path,
                          options->host);
    burst->request_bytes = (size_t)length;
    return 0;
}

// How often it repeated a segment, and whether none of these had data: it was the SYN.
static unsigned int retransmits_of(int fd, bool *syn_alone)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
        return 0;
    *syn_alone = info.tcpi_total_retrans > 0 && info.tcpi_bytes_retrans == 0;
    return info.tcpi_total_retrans < BURST_RETRANSMITS_MAX ? info.tcpi_total_retrans
                                                           : BURST_RETRANSMITS_MAX;
}

// Its close() is a third of what a connection costs us, and waits while others are due.
static void release(struct burst *burst, struct connection *connection)
{
    burst->ended[burst->ended_count++] = connection->fd;
    connection->fd = -1;
    burst->unclosed -= connection->answered;
}

// Its close() is to leave no TIME_WAIT, which would keep its port from the next burst.
static void close_by_reset(int fd)
{
    const struct linger at_once = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void settle(struct burst *burst, uint64_t now_ns)
{
    burst->open--;
    burst->result->elapsed_ns = now_ns - burst->start_ns;
}

static void answered(struct burst *burst, struct connection *connection)
{
    struct burst_result *result = burst->result;
    bool syn_alone = false;
    uint64_t now_ns = clock_now_ns(), took_ns = now_ns - connection->due_ns;
    struct burst_mode *mode = &result->mode[retransmits_of(connection->fd, &syn_alone)];
    result->answered++;
    histogram_record(&result->latency, took_ns);
    mode->count++;
    mode->syn_alone += syn_alone;
    mode->mean_ns += ((double)took_ns - mode->mean_ns) / (double)mode->count;
    connection->answered = true;
    burst->unclosed++;
    settle(burst, now_ns);
}

static void fail(struct burst *burst, struct connection *connection, int why)
{
    struct burst_result *result = burst->result;
    if (why == ECONNREFUSED)
        result->refused++;
    else if (why == ETIMEDOUT)
        result->timed_out++;
    else if (why == 0)
        result->wrong++;
    else
        result->reset++;
    settle(burst, clock_now_ns());
    close_by_reset(connection->fd);
    release(burst, connection);
}

static bool is_good(const struct http_response *response)
{
    return response->state == HTTP_RESPONSE_COMPLETE && response->status == 200;
}

static bool is_bad(const struct http_response *response)
{
    return response->state == HTTP_RESPONSE_COMPLETE || response->state == HTTP_RESPONSE_MALFORMED;
}

// To its end: the server closes first, for who does keeps the pair of ports in TIME_WAIT.
static void receive(struct burst *burst, struct connection *connection)
{
    char bytes[READ_BYTES];
    for (;;) {
        ssize_t got = recv(connection->fd, bytes, sizeof bytes, 0);
        if (got < 0 && errno == EAGAIN)
            return;
        if (connection->answered) { // and closed, or says more than the answer
            release(burst, connection);
            return;
        }
        if (got < 0) {
            fail(burst, connection, errno);
            return;
        }
        if (got == 0)
            http_response_end(&connection->response);
        else
            http_response_feed(&connection->response, bytes, (size_t)got);
        if (is_good(&connection->response)) {
            answered(burst, connection);
        } else if (got == 0 || is_bad(&connection->response)) {
            fail(burst, connection, 0);
            return;
        }
    }
}

static void handle(struct burst *burst, struct connection *connection, uint32_t events)
{
    int failure = 0;
    socklen_t size = sizeof failure;
    if (connection->fd < 0)
        return;
    if ((events & EPOLLERR) && !connection->answered) {
        getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &failure, &size);
        fail(burst, connection, failure ? failure : ECONNRESET);
        return;
    }
    if (!connection->sent && (events & EPOLLOUT)) {
        connection->sent = true; // it fits: the socket's buffer is empty
        if (send(connection->fd, burst->request, burst->request_bytes, MSG_NOSIGNAL) < 0) {
            fail(burst, connection, errno);
            return;
        }
    }
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        receive(burst, connection);
}

static uint64_t due_ns(const struct burst *burst, uint64_t index)
{
    uint64_t last = burst->options->connections - 1;
    return burst->start_ns +
           (last > 0 ? (uint64_t)((double)burst->options->spread_ns * (double)index / (double)last)
                     : 0);
}

static void start(struct burst *burst, uint64_t now_ns)
{
    struct connection *connection = &burst->connection[burst->started];
    const struct endpoint *server = &burst->options->server;
    connection->due_ns = due_ns(burst, burst->started++);
    if (now_ns - connection->due_ns > burst->result->lateness_max_ns)
        burst->result->lateness_max_ns = now_ns - connection->due_ns;
    burst->open++;
    if (connect(connection->fd, (const struct sockaddr *)&server->address, server->length) < 0 &&
        errno != EINPROGRESS)
        fail(burst, connection, errno);
}

static void start_due(struct burst *burst)
{
    for (int i = 0; i < STARTS_PER_TURN && burst->started < burst->options->connections; i++) {
        uint64_t now_ns = clock_now_ns();
        if (due_ns(burst, burst->started) > now_ns)
            return;
        start(burst, now_ns);
        burst->result->release_ns = clock_now_ns() - burst->start_ns;
    }
}

static void expire(struct burst *burst, uint64_t now_ns)
{
    for (uint64_t i = 0; i < burst->started; i++) {
        struct connection *connection = &burst->connection[i];
        if (connection->fd >= 0 && !connection->answered &&
            now_ns > connection->due_ns + burst->options->timeout_ns)
            fail(burst, connection, ETIMEDOUT);
    }
}

// How long nothing is due.
static uint64_t until_next_ns(const struct burst *burst)
{
    uint64_t now_ns = clock_now_ns();
    if (burst->started == burst->options->connections)
        return 10 * NS_PER_MS;
    uint64_t next_ns = due_ns(burst, burst->started);
    return next_ns > now_ns ? next_ns - now_ns : 0;
}

// One, if nothing else is to be done.
static bool close_one(struct burst *burst)
{
    if (burst->closed_count == burst->ended_count || until_next_ns(burst) == 0)
        return false;
    close(burst->ended[burst->closed_count++]);
    return true;
}

static bool is_over(const struct burst *burst)
{
    return burst->started == burst->options->connections && burst->open == 0 &&
           (burst->unclosed == 0 ||
            clock_now_ns() > burst->start_ns + burst->result->elapsed_ns + CLOSE_NS);
}

static void run(struct burst *burst)
{
    struct epoll_event events[EVENTS];
    uint64_t next_look_ns = 0;
    burst->start_ns = clock_now_ns();
    while (!is_over(burst)) {
        if (burst->options->stop && *burst->options->stop) {
            burst->result->interrupted = true;
            break;
        }
        start_due(burst);
        uint64_t now_ns = clock_now_ns();
        if (now_ns >= next_look_ns) {
            expire(burst, now_ns);
            next_look_ns = now_ns + 50 * NS_PER_MS;
        }
        struct timespec wait = clock_timespec(until_next_ns(burst));
        int count = epoll_wait(burst->epoll, events, EVENTS, 0);
        if (count == 0 && !close_one(burst))
            count = epoll_pwait2(burst->epoll, events, EVENTS, &wait, NULL);
        for (int i = 0; i < count; i++)
            handle(burst, events[i].data.ptr, events[i].events);
    }
}

// Woken when the next is due, not up to 50 us later.
static void run_on_time(struct burst *burst)
{
    struct thread_setup setup;
    struct error no_matter;
    thread_setup_enter(&setup, NULL, true, &no_matter);
    run(burst);
    thread_setup_leave(&setup, &burst->result->cpu_user_ns, &burst->result->cpu_system_ns);
}

static void reset_open(const struct burst *burst)
{
    for (uint64_t i = 0; burst->connection && i < burst->options->connections; i++)
        if (burst->connection[i].fd >= 0) {
            close_by_reset(burst->connection[i].fd);
            close(burst->connection[i].fd);
        }
}

int burst_run(const struct burst_options *options, struct burst_result *result, struct error *error)
{
    struct burst burst = {.options = options, .result = result, .epoll = -1};
    memset(result, 0, sizeof *result);
    result->connections = options->connections;
    int code = prepare(&burst, error);
    if (code == 0)
        run_on_time(&burst);
    while (burst.closed_count < burst.ended_count)
        close(burst.ended[burst.closed_count++]);
    reset_open(&burst);
    if (burst.epoll >= 0)
        close(burst.epoll);
    free(burst.connection);
    free(burst.ended);
    return code;
}

json_t *burst_result_json(const struct burst_result *result)
{
    json_t *modes = json_array();
    for (int i = 0; i <= BURST_RETRANSMITS_MAX; i++)
        if (result->mode[i].count > 0)
            json_array_append_new(modes,
                                  json_pack("{s:i, s:I, s:I, s:f}", "retransmits", i, "count",
                                            (json_int_t)result->mode[i].count, "syn_alone",
                                            (json_int_t)result->mode[i].syn_alone, "mean_ms",
                                            result->mode[i].mean_ns / NS_PER_MS));
    json_t *json = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "connections",
        (json_int_t)result->connections, "completed", (json_int_t)result->answered, "refused",
        (json_int_t)result->refused, "reset", (json_int_t)result->reset, "timeout",
        (json_int_t)result->timed_out, "wrong", (json_int_t)result->wrong, "release_ns",
        (json_int_t)result->release_ns, "lateness_max_ns", (json_int_t)result->lateness_max_ns,
        "elapsed_ns", (json_int_t)result->elapsed_ns, "modes", modes, "summary",
        json_pack("{s:o}", "latency", histogram_summary_json(&result->latency)));
    json_object_set_new(json, "cpu_user_ns", json_integer((json_int_t)result->cpu_user_ns));
    json_object_set_new(json, "cpu_system_ns", json_integer((json_int_t)result->cpu_system_ns));
    json_object_set_new(json, "histograms",
                        json_pack("{s:o}", "latency", histogram_json(&result->latency)));
    return json;
}
