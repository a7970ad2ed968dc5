/* Waiting until servers serve; see ready.h.
 *
 * Each server's attempts are kept in a ring, and the oldest is given up when its place is needed.
 * The longer a server lets us wait, the longer that takes: one that a busy host slows down answers
 * old attempts, and would never answer any if all were given up as soon as those of a quick one.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/ready.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "environment/isolation.h"

enum { ATTEMPTS = 512, ATTEMPTS_LEAST = 32, QUESTION_BYTES = 320 };
static const uint64_t INTERVAL_NS = 2 * NS_PER_MS;

struct attempt {
    int fd; /* -1: none */
    bool asked;
    struct candidate *candidate; /* whom it asks */
};

// A server that is waited for.
struct candidate {
    struct ready_wait *wait;
    uint64_t since_ns;   /* it is waited for */
    unsigned int places; /* of the attempts that are used */
    unsigned int begun;  /* attempts */
    uint64_t next_ns;    /* when the next is due */
    struct attempt attempts[ATTEMPTS];
};

// How it is asked, of a path where there is one, and how the answer has to begin: '?' is any
// character.
struct question {
    int socket_type;
    const char *before, *path, *after;
    const char *answer;
};

static const struct question questions[] = {
    [PROTOCOL_HTTP] = {SOCK_STREAM, "GET ", "/", " HTTP/1.0\r\n\r\n", "HTTP/1.? 200"},
    [PROTOCOL_UDP] = {SOCK_DGRAM, "LAST", "", "", "LAST"},
};

static bool is_answer(const struct question *question, const char *reply, ssize_t bytes)
{
    const char *expected = question->answer;
    if (bytes < (ssize_t)strlen(expected))
        return false;
    for (; *expected; expected++, reply++)
        if (*expected != '?' && *expected != *reply)
            return false;
    return true;
}

// Closing it takes it off the epoll instance too.
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

static void drop_all(struct candidate *candidate)
{
    for (int i = 0; i < ATTEMPTS; i++)
        drop(&candidate->attempts[i]);
}

static void begin(int epoll, struct attempt *attempt)
{
    const struct ready_wait *wait = attempt->candidate->wait;
    const struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_addr = wait->address, .sin_port = htons(wait->port)};
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = attempt};

    drop(attempt);
    attempt->asked = false;
    attempt->fd =
        socket(AF_INET, questions[wait->protocol].socket_type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (attempt->fd < 0)
        return;
    if ((connect(attempt->fd, (const struct sockaddr *)&server, sizeof server) < 0 &&
         errno != EINPROGRESS) ||
        epoll_ctl(epoll, EPOLL_CTL_ADD, attempt->fd, &event) < 0)
        drop(attempt);
}

static void ask(int epoll, struct attempt *attempt, const struct question *question)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = attempt};
    const char *path = attempt->candidate->wait->url_path;
    char text[QUESTION_BYTES];
    int length = snprintf(text, sizeof text, "%s%s%s", question->before,
                          path ? path : question->path, question->after);
    attempt->asked = true;
    if (send(attempt->fd, text, (size_t)length, MSG_NOSIGNAL) != length ||
        epoll_ctl(epoll, EPOLL_CTL_MOD, attempt->fd, &event) < 0)
        drop(attempt);
}

// Goes on with an attempt that is ready. Returns whether the server answered well.
static bool proceed(int epoll, struct attempt *attempt, uint32_t events)
{
    char reply[64];
    const struct question *question = &questions[attempt->candidate->wait->protocol];
    if (!attempt->asked && (events & EPOLLOUT)) {
        struct ready_wait *wait = attempt->candidate->wait;
        if (wait->connected_ns == 0 && question->socket_type == SOCK_STREAM && !(events & EPOLLERR))
            wait->connected_ns = clock_now_ns();
        ask(epoll, attempt, question);
        return false;
    }
    ssize_t got = recv(attempt->fd, reply, sizeof reply, 0);
    if (got < 0 && errno == EAGAIN)
        return false;
    bool good = is_answer(question, reply, got);
    drop(attempt);
    return good;
}

// One round: waits until something happens, at most until then. Returns how many answered.
static size_t look(int epoll, uint64_t until_ns)
{
    enum { EVENTS = 64 };
    struct epoll_event events[EVENTS];
    uint64_t now_ns = clock_now_ns();
    uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    size_t answered = 0;

    int count = epoll_wait(epoll, events, EVENTS, (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS));
    for (int i = 0; i < count; i++) {
        struct attempt *attempt = events[i].data.ptr;
        struct ready_wait *wait = attempt->candidate->wait;
        if (attempt->fd < 0 || !proceed(epoll, attempt, events[i].events))
            continue;
        wait->answered_ns = clock_now_ns();
        if (wait->answered)
            wait->answered(wait);
        drop_all(attempt->candidate);
        answered++;
    }
    return answered;
}

static int give_up(const struct ready_wait *wait, struct error *error)
{
    if (isolation_interrupted())
        return error_set(error, EXIT_FAILED, "interrupted");
    if (program_ended(wait->program))
        return error_set(error, EXIT_FAILED, "the server ended before it answered");
    return error_set(error, EXIT_FAILED, "the server did not answer in %.0f s",
                     (double)(wait->deadline_ns - wait->program->started_ns) / NS_PER_S);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// Many servers are asked less often each: the asking is not to take their processor time. An
// attempt lasts at least 1/LIFE_SHARE of the time waited so far, which with hundreds of places
// leaves the answer exact to a per mille. Forwarded ones are exact to 1/FORWARDED_SHARE.
static uint64_t interval_ns(const struct candidate *candidate, size_t count, uint64_t now_ns)
{
    enum { LIFE_SHARE = 2, FORWARDED_SHARE = 50 };
    const struct ready_wait *wait = candidate->wait;
    uint64_t waited_ns = now_ns - candidate->since_ns;
    uint64_t interval_ns = wait->interval_ns ? wait->interval_ns : INTERVAL_NS;
    if (count > 4)
        interval_ns = larger(interval_ns, count * INTERVAL_NS / 4);
    if (wait->forwarded)
        interval_ns = larger(interval_ns, waited_ns / FORWARDED_SHARE);
    return larger(interval_ns, waited_ns / LIFE_SHARE / candidate->places);
}

// Begins the attempts that are due. Returns when the next is, or 0 when one cannot be waited for
// any longer, which is *lost.
static uint64_t begin_due(int epoll, struct candidate *candidates, size_t count,
                          struct ready_wait **lost)
{
    uint64_t now_ns = clock_now_ns(), next_ns = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        struct candidate *candidate = &candidates[i];
        struct ready_wait *wait = candidate->wait;
        if (wait->answered_ns > 0)
            continue;
        if (candidate->next_ns <= now_ns) {
            *lost = wait;
            if (isolation_interrupted() || now_ns >= wait->deadline_ns ||
                program_ended(wait->program))
                return 0;
            begin(epoll, &candidate->attempts[candidate->begun++ % candidate->places]);
            candidate->next_ns += interval_ns(candidate, count, now_ns);
        }
        if (candidate->next_ns < next_ns)
            next_ns = candidate->next_ns;
    }
    return next_ns;
}

static struct candidate *candidates_of(struct ready_wait *waits, size_t count)
{
    struct candidate *candidates = calloc(count, sizeof *candidates);
    uint64_t now_ns = clock_now_ns();
    for (size_t i = 0; candidates && i < count; i++) {
        candidates[i].wait = &waits[i];
        candidates[i].since_ns = candidates[i].next_ns = now_ns;
        candidates[i].places = (unsigned int)larger(ATTEMPTS / count, ATTEMPTS_LEAST);
        waits[i].answered_ns = 0;
        waits[i].connected_ns = 0;
        for (int a = 0; a < ATTEMPTS; a++)
            candidates[i].attempts[a] = (struct attempt){.fd = -1, .candidate = &candidates[i]};
    }
    return candidates;
}

int ready_wait_all(struct ready_wait *waits, size_t count, struct ready_wait **lost,
                   struct error *error)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct candidate *candidates = candidates_of(waits, count);
    size_t answered = 0;

    *lost = waits;
    if (epoll < 0 || !candidates) {
        free(candidates);
        return error_set_errno(error, EXIT_FAILED, errno, "waiting for the servers");
    }
    while (answered < count) {
        uint64_t next_ns = begin_due(epoll, candidates, count, lost);
        if (next_ns == 0)
            break;
        answered += look(epoll, next_ns);
    }
    for (size_t i = 0; i < count; i++)
        drop_all(&candidates[i]);
    free(candidates);
    close(epoll);
    return answered == count ? 0 : give_up(*lost, error);
}
