/* One TCP connection full of bytes; see transfer.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/transfer.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

enum {
    PIECE_BYTES = 65536, /* and the period of what web sends */
    LINE_BYTES = 8,
    HEAD_BYTES = 1024,
};

struct exchange {
    struct transfer *transfer;
    struct error *error;
    int fd;
    uint64_t begun_ns, deadline_ns;
    char expected[PIECE_BYTES];
    char piece[PIECE_BYTES];
};

static int fail(struct exchange *exchange, int failure, const char *what)
{
    const struct transfer *transfer = exchange->transfer;
    if (failure)
        return error_set_errno(exchange->error, EXIT_FAILED, failure,
                               "%s after %" PRIu64 " of %" PRIu64 " bytes", what,
                               transfer->done_bytes, transfer->bytes);
    return error_set(exchange->error, EXIT_FAILED, "%s after %" PRIu64 " of %" PRIu64 " bytes",
                     what, transfer->done_bytes, transfer->bytes);
}

// Waits until bytes can be moved; how long that took is a stall.
static int wait_for(struct exchange *exchange, short events)
{
    struct pollfd socket = {.fd = exchange->fd, .events = events};
    uint64_t begun_ns = clock_now_ns();
    const struct timespec left =
        clock_timespec(exchange->deadline_ns > begun_ns ? exchange->deadline_ns - begun_ns : 0);
    int ready;
    do
        ready = ppoll(&socket, 1, &left, NULL);
    while (ready < 0 && errno == EINTR);
    uint64_t stall_ns = clock_now_ns() - begun_ns;
    if (stall_ns > exchange->transfer->longest_stall_ns)
        exchange->transfer->longest_stall_ns = stall_ns;
    return ready > 0 ? 0 : fail(exchange, 0, "the time was over");
}

static ssize_t receive(struct exchange *exchange, char *to, size_t size)
{
    if (wait_for(exchange, POLLIN) < 0)
        return -1;
    ssize_t got = recv(exchange->fd, to, size, 0);
    if (got < 0)
        return fail(exchange, errno, "the connection broke");
    return got > 0 ? got : fail(exchange, 0, "the server closed the connection");
}

static int send_all(struct exchange *exchange, const char *text, size_t length)
{
    while (length > 0) {
        if (wait_for(exchange, POLLOUT) < 0)
            return -1;
        ssize_t sent = send(exchange->fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN)
            return fail(exchange, errno, "the connection broke");
        if (sent > 0) {
            text += sent;
            length -= (size_t)sent;
        }
    }
    return 0;
}

// Keeps to bytes_per_s.
static void pace(const struct exchange *exchange, uint64_t bytes)
{
    uint64_t rate = exchange->transfer->bytes_per_s;
    if (rate > 0)
        clock_sleep_until_ns(exchange->begun_ns + bytes / rate * NS_PER_S +
                             bytes % rate * NS_PER_S / rate);
}

// What is right is compared fast, or the generator would be what is measured.
static void compare(struct exchange *exchange, const char *got, size_t length)
{
    struct transfer *transfer = exchange->transfer;
    while (length > 0) {
        size_t at = transfer->done_bytes % PIECE_BYTES;
        size_t piece = length < PIECE_BYTES - at ? length : PIECE_BYTES - at;
        const char *expected = exchange->expected + at;
        if (memcmp(got, expected, piece) != 0)
            for (size_t i = 0; i < piece; i++)
                transfer->wrong_bytes += got[i] != expected[i];
        transfer->done_bytes += piece;
        got += piece;
        length -= piece;
    }
}

// Reads the head; what is of the body already is in piece, *rest bytes of it.
static int read_head(struct exchange *exchange, size_t *rest)
{
    size_t used = 0;
    char *end = NULL;
    while (!end) {
        if (used == HEAD_BYTES)
            return fail(exchange, 0, "a head without an end");
        ssize_t got = receive(exchange, exchange->piece + used, HEAD_BYTES - used);
        if (got < 0)
            return -1;
        used += (size_t)got;
        end = memmem(exchange->piece, used, "\r\n\r\n", 4);
    }
    if (used < 12 || memcmp(exchange->piece, "HTTP/1.1 200", 12) != 0)
        return fail(exchange, 0, "the server did not answer 200");
    *rest = used - (size_t)(end + 4 - exchange->piece);
    memmove(exchange->piece, end + 4, *rest);
    return 0;
}

static int transfer_out(struct exchange *exchange)
{
    struct transfer *transfer = exchange->transfer;
    char request[80];
    size_t rest = 0;
    int length =
        snprintf(request, sizeof request, "GET /bytes/%" PRIu64 " HTTP/1.1\r\nHost: server\r\n\r\n",
                 transfer->bytes);
    if (send_all(exchange, request, (size_t)length) < 0 || read_head(exchange, &rest) < 0)
        return -1;
    compare(exchange, exchange->piece, rest);
    while (transfer->done_bytes < transfer->bytes) {
        uint64_t left = transfer->bytes - transfer->done_bytes;
        ssize_t got = receive(exchange, exchange->piece, left < PIECE_BYTES ? left : PIECE_BYTES);
        if (got < 0)
            return -1;
        compare(exchange, exchange->piece, (size_t)got);
        pace(exchange, transfer->done_bytes);
    }
    return 0;
}

// The server answers with how many bytes it had.
static int transfer_in(struct exchange *exchange)
{
    struct transfer *transfer = exchange->transfer;
    char head[128];
    size_t rest = 0;
    int length =
        snprintf(head, sizeof head,
                 "POST /discard HTTP/1.1\r\nHost: server\r\nContent-Length: %" PRIu64 "\r\n\r\n",
                 transfer->bytes);
    if (send_all(exchange, head, (size_t)length) < 0)
        return -1;
    for (uint64_t sent = 0, piece; sent < transfer->bytes; sent += piece) {
        piece = transfer->bytes - sent < PIECE_BYTES ? transfer->bytes - sent : PIECE_BYTES;
        if (send_all(exchange, exchange->expected, piece) < 0)
            return -1;
        pace(exchange, sent + piece);
    }
    if (read_head(exchange, &rest) < 0)
        return -1;
    while (rest == 0 || exchange->piece[rest - 1] != '\n') {
        ssize_t got = rest < 32 ? receive(exchange, exchange->piece + rest, 32 - rest)
                                : fail(exchange, 0, "an answer that is no number");
        if (got < 0)
            return -1;
        rest += (size_t)got;
    }
    exchange->piece[rest - 1] = '\0';
    transfer->done_bytes = strtoull(exchange->piece, NULL, 10);
    return 0;
}

static int open_connection(struct exchange *exchange)
{
    const struct transfer *transfer = exchange->transfer;
    const struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_addr = transfer->address, .sin_port = htons(transfer->port)};
    exchange->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (exchange->fd < 0)
        return fail(exchange, errno, "no socket");
    if (connect(exchange->fd, (const struct sockaddr *)&server, sizeof server) < 0)
        return fail(exchange, errno, "connecting");
    return 0;
}

static void build_expected(char expected[PIECE_BYTES])
{
    char line[LINE_BYTES + 1];
    for (unsigned number = 0; number < PIECE_BYTES / LINE_BYTES; number++) {
        snprintf(line, sizeof line, "%07u\n", number);
        memcpy(expected + (size_t)number * LINE_BYTES, line, LINE_BYTES);
    }
}

int transfer_run(struct transfer *transfer, struct error *error)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return error_set(error, EXIT_FAILED, "out of memory");
    exchange->transfer = transfer;
    exchange->error = error;
    build_expected(exchange->expected);
    transfer->done_bytes = transfer->wrong_bytes = transfer->longest_stall_ns = 0;
    exchange->begun_ns = clock_now_ns();
    exchange->deadline_ns = exchange->begun_ns + transfer->timeout_ns;
    int code = open_connection(exchange);
    if (code == 0)
        code = transfer->in ? transfer_in(exchange) : transfer_out(exchange);
    transfer->duration_ns = clock_now_ns() - exchange->begun_ns;
    if (exchange->fd >= 0)
        close(exchange->fd);
    free(exchange);
    return code;
}
