/* Waiting until a server serves; see ready.h.
 *
 * Attempts are kept in a ring: a slow server may answer an old one, and the oldest is given up
 * when its place is needed (after ATTEMPTS * INTERVAL_NS).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/ready.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "environment/isolation.h"

enum { ATTEMPTS = 128 };
static const uint64_t INTERVAL_NS = 2 * NS_PER_MS;

struct attempt {
    int fd; /* -1: none */
    bool asked;
};

// What is asked, and how the answer has to begin.
struct question {
    int socket_type;
    const char *ask;
    size_t ask_bytes;
    const char *answer;
    size_t answer_bytes;
};

static const struct question questions[] = {
    [PROTOCOL_HTTP] = {SOCK_STREAM, "GET / HTTP/1.0\r\n\r\n", 18, "HTTP/1.1 200", 12},
    [PROTOCOL_UDP] = {SOCK_DGRAM, "LAST", 4, "LAST", 4},
};

static void drop(struct attempt *attempt)
{
    // Reset rather than close: these connections are to leave no TIME_WAIT in the server's pools.
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    if (attempt->fd < 0)
        return;
    setsockopt(attempt->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(attempt->fd);
    attempt->fd = -1;
}

static void begin(struct attempt *attempt, const struct ready_options *options)
{
    const struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_addr = options->address, .sin_port = htons(options->port)};
    const struct question *question = &questions[options->protocol];

    drop(attempt);
    attempt->asked = false;
    attempt->fd = socket(AF_INET, question->socket_type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (attempt->fd < 0)
        return;
    if (connect(attempt->fd, (const struct sockaddr *)&server, sizeof server) < 0 &&
        errno != EINPROGRESS)
        drop(attempt);
}

// Goes on with an attempt that poll() found ready. Returns whether the server answered well.
static bool proceed(struct attempt *attempt, const struct question *question, short events)
{
    char reply[64];
    if (!attempt->asked && (events & POLLOUT)) {
        attempt->asked = true;
        ssize_t sent = send(attempt->fd, question->ask, question->ask_bytes, MSG_NOSIGNAL);
        if (sent != (ssize_t)question->ask_bytes)
            drop(attempt);
        return false;
    }
    ssize_t got = recv(attempt->fd, reply, sizeof reply, 0);
    if (got < 0 && errno == EAGAIN)
        return false;
    bool good = got >= (ssize_t)question->answer_bytes &&
                memcmp(reply, question->answer, question->answer_bytes) == 0;
    drop(attempt);
    return good;
}

// One round: waits until something happens, or until the next attempt is due.
static bool look_at(struct attempt attempts[ATTEMPTS], const struct question *question,
                    uint64_t until_ns)
{
    struct pollfd fds[ATTEMPTS];
    uint64_t now_ns = clock_now_ns();
    const struct timespec timeout = clock_timespec(until_ns > now_ns ? until_ns - now_ns : 0);

    for (int i = 0; i < ATTEMPTS; i++) {
        fds[i].fd = attempts[i].fd; // poll() skips those of -1
        fds[i].events = attempts[i].asked ? POLLIN : POLLOUT;
        fds[i].revents = 0;
    }
    if (ppoll(fds, ATTEMPTS, &timeout, NULL) <= 0)
        return false;
    for (int i = 0; i < ATTEMPTS; i++)
        if (fds[i].revents && proceed(&attempts[i], question, fds[i].revents))
            return true;
    return false;
}

static int give_up(const struct ready_options *options, struct error *error)
{
    if (isolation_interrupted())
        return error_set(error, EXIT_FAILED, "interrupted");
    if (program_ended(options->program))
        return error_set(error, EXIT_FAILED, "the server ended before it answered");
    return error_set(error, EXIT_FAILED, "the server did not answer in %.0f s",
                     (double)(options->deadline_ns - options->program->started_ns) / NS_PER_S);
}

// Rarer attempts are still exact to a part in FORWARDED_SHARE of the time it takes.
static uint64_t interval_ns(const struct ready_options *options, uint64_t now_ns)
{
    enum { FORWARDED_SHARE = 50 };
    uint64_t share_ns = (now_ns - options->program->started_ns) / FORWARDED_SHARE;
    return options->forwarded && share_ns > INTERVAL_NS ? share_ns : INTERVAL_NS;
}

int ready_wait(const struct ready_options *options, uint64_t *answered_ns, struct error *error)
{
    struct attempt attempts[ATTEMPTS];
    bool answered = false;
    uint64_t next_ns = clock_now_ns();

    for (int i = 0; i < ATTEMPTS; i++)
        attempts[i] = (struct attempt){.fd = -1};
    for (unsigned int count = 0; !answered; count++) {
        if (isolation_interrupted() || next_ns >= options->deadline_ns ||
            program_ended(options->program))
            break;
        begin(&attempts[count % ATTEMPTS], options);
        next_ns += interval_ns(options, next_ns);
        do
            answered = look_at(attempts, &questions[options->protocol], next_ns);
        while (!answered && clock_now_ns() < next_ns && !isolation_interrupted());
    }
    *answered_ns = clock_now_ns();
    for (int i = 0; i < ATTEMPTS; i++)
        drop(&attempts[i]);
    return answered ? 0 : give_up(options, error);
}
