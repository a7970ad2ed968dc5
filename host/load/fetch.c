/* One GET; see fetch.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/fetch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

static int fail(struct fetch *fetch, int failure, const char *what)
{
    if (failure)
        return error_set_errno(&fetch->error, EXIT_FAILED, failure, "GET %.100s: %s", fetch->path,
                               what);
    return error_set(&fetch->error, EXIT_FAILED, "GET %.100s: %s", fetch->path, what);
}

enum { STATUS_BYTES = 12 }; // "HTTP/1.1 200"

// Reads until the server closes.
static int read_answer(struct fetch *fetch, int fd, uint64_t deadline_ns)
{
    char status[STATUS_BYTES + 1], rest[16384];
    char *head = fetch->answer ? fetch->answer : status;
    size_t size = fetch->answer ? fetch->answer_size - 1 : STATUS_BYTES, used = 0;
    for (;;) {
        struct pollfd readable = {.fd = fd, .events = POLLIN};
        uint64_t now_ns = clock_now_ns();
        const struct timespec left =
            clock_timespec(deadline_ns > now_ns ? deadline_ns - now_ns : 0);
        int ready = ppoll(&readable, 1, &left, NULL);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return fail(fetch, 0, "no whole answer in time");
        char *to = used < size ? head + used : rest;
        ssize_t got = recv(fd, to, used < size ? size - used : sizeof rest, 0);
        if (got < 0)
            return fail(fetch, errno, "the connection broke");
        if (got == 0)
            break;
        used += (size_t)got;
    }
    head[used < size ? used : size] = '\0';
    if (used < STATUS_BYTES || memcmp(head, "HTTP/1.", 7) != 0 || memcmp(head + 8, " 200", 4) != 0)
        return fail(fetch, 0, "not answered with 200");
    return 0;
}

static int ask(struct fetch *fetch, int fd, uint64_t deadline_ns)
{
    const struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_addr = fetch->address, .sin_port = htons(fetch->port)};
    char text[512];
    int length =
        snprintf(text, sizeof text, "GET %s HTTP/1.0\r\nHost: server\r\n\r\n", fetch->path);
    if (length >= (int)sizeof text)
        return fail(fetch, 0, "the path is too long");
    if (connect(fd, (const struct sockaddr *)&server, sizeof server) < 0)
        return fail(fetch, errno, "connecting");
    if (send(fd, text, (size_t)length, MSG_NOSIGNAL) != length)
        return fail(fetch, errno, "sending");
    return read_answer(fetch, fd, deadline_ns);
}

int fetch_run(struct fetch *fetch)
{
    uint64_t begun_ns = fetch->due_ns > 0 ? fetch->due_ns : clock_now_ns();
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    clock_sleep_until_ns(begun_ns);
    fetch->code =
        fd < 0 ? fail(fetch, errno, "no socket") : ask(fetch, fd, begun_ns + fetch->timeout_ns);
    fetch->elapsed_ns = clock_now_ns() - begun_ns;
    if (fd >= 0)
        close(fd);
    return fetch->code;
}

static void *run(void *argument)
{
    fetch_run(argument);
    return NULL;
}

int fetch_begin(struct fetch *fetch, struct error *error)
{
    int failure = pthread_create(&fetch->thread, NULL, run, fetch);
    return failure == 0 ? 0 : error_set_errno(error, EXIT_FAILED, failure, "starting a thread");
}

int fetch_join(struct fetch *fetch)
{
    pthread_join(fetch->thread, NULL);
    return fetch->code;
}
