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

enum { EVENTS = 256, READ_BYTES = 16384, BIND_TRIES = 64, REQUEST_BYTES = 512 };
enum { STARTS_PER_TURN = 64 }; // those of one instant, too, let answers be taken in between

struct connection {
    int fd;
    bool sent;
    uint64_t due_ns;
    struct http_response response;
};

struct burst {
    const struct burst_options *options;
    struct burst_result *result;
    struct connection *connection;
    int epoll;
    uint64_t open;
    uint64_t started;
    uint64_t start_ns;
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

static int prepare(struct burst *burst, struct error *error)
{
    const struct burst_options *options = burst->options;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    burst->epoll = epoll_create1(EPOLL_CLOEXEC);
    burst->connection = calloc(options->connections, sizeof *burst->connection);
    if (burst->epoll < 0 || !burst->connection)
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

static void end(struct burst *burst, struct connection *connection)
{
    close(connection->fd);
    connection->fd = -1;
    burst->open--;
}

static void answered(struct burst *burst, struct connection *connection)
{
    struct burst_result *result = burst->result;
    bool syn_alone = false;
    struct burst_mode *mode = &result->mode[retransmits_of(connection->fd, &syn_alone)];
    uint64_t took_ns = clock_now_ns() - connection->due_ns;
    result->answered++;
    histogram_record(&result->latency, took_ns);
    mode->count++;
    mode->syn_alone += syn_alone;
    mode->mean_ns += ((double)took_ns - mode->mean_ns) / (double)mode->count;
    end(burst, connection);
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
    end(burst, connection);
}

static bool is_good(const struct http_response *response)
{
    return response->state == HTTP_RESPONSE_COMPLETE && response->status == 200;
}

static void receive(struct burst *burst, struct connection *connection)
{
    char bytes[READ_BYTES];
    for (;;) {
        ssize_t got = recv(connection->fd, bytes, sizeof bytes, 0);
        if (got < 0 && errno == EAGAIN)
            return;
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
            return;
        }
        if (got == 0 || connection->response.state == HTTP_RESPONSE_COMPLETE ||
            connection->response.state == HTTP_RESPONSE_MALFORMED) {
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
    if (events & EPOLLERR) {
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
    if (events & (EPOLLIN | EPOLLHUP))
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
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
    connection->due_ns = due_ns(burst, burst->started++);
    if (now_ns - connection->due_ns > burst->result->lateness_max_ns)
        burst->result->lateness_max_ns = now_ns - connection->due_ns;
    burst->open++;
    if ((connect(connection->fd, (const struct sockaddr *)&server->address, server->length) < 0 &&
         errno != EINPROGRESS) ||
        epoll_ctl(burst->epoll, EPOLL_CTL_ADD, connection->fd, &event) < 0)
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
        if (connection->fd >= 0 && now_ns > connection->due_ns + burst->options->timeout_ns)
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

static void run(struct burst *burst)
{
    struct epoll_event events[EVENTS];
    uint64_t next_look_ns = 0;
    burst->start_ns = clock_now_ns();
    while (burst->started < burst->options->connections || burst->open > 0) {
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
        int count = epoll_pwait2(burst->epoll, events, EVENTS, &wait, NULL);
        for (int i = 0; i < count; i++)
            handle(burst, events[i].data.ptr, events[i].events);
    }
    burst->result->elapsed_ns = clock_now_ns() - burst->start_ns;
}

int burst_run(const struct burst_options *options, struct burst_result *result, struct error *error)
{
    struct burst burst = {.options = options, .result = result, .epoll = -1};
    memset(result, 0, sizeof *result);
    result->connections = options->connections;
    int code = prepare(&burst, error);
    if (code == 0)
        run(&burst);
    for (uint64_t i = 0; burst.connection && i < options->connections; i++)
        if (burst.connection[i].fd >= 0)
            close(burst.connection[i].fd);
    if (burst.epoll >= 0)
        close(burst.epoll);
    free(burst.connection);
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
    json_object_set_new(json, "histograms",
                        json_pack("{s:o}", "latency", histogram_json(&result->latency)));
    return json;
}
