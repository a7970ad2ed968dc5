/* Many connections to a web server at once, then requests on them one after the other.
 *
 * Opens them as fast as it can, asks for the page on each once it is there, and says
 *   opened N in S s: answered A, reset R, unanswered U
 * Then, for every line read from its standard input, asks again on each connection in turn, ten
 * at a time, so many requests as the line says, and says "done N", N being those answered.
 *
 * Usage: crowd ADDRESS PORT CONNECTIONS
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 60000,
    EVENTS = 256,
    OPENED_AT_ONCE = 64,
    AT_A_TIME = 10,
    PATIENCE_S = 20
};

static const char request[] = "GET / HTTP/1.1\r\nHost: server\r\n\r\n";
static const char page_end[] = "AAAA"; // of each answer

enum state { CLOSED, CONNECTING, ASKED, ANSWERED, RESET };

static struct {
    int fd;
    enum state state;
} connections[CONNECTIONS_MAX];
static int epoll, answered, reset;
static struct sockaddr_in server = {.sin_family = AF_INET};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static void open_one(uint32_t i)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = i};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0)
        fail("crowd: socket (ulimit -n?)");
    if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)
        fail("crowd: connect");
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("crowd: epoll_ctl");
    connections[i].fd = fd;
    connections[i].state = CONNECTING;
}

static void ask(uint32_t i)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    connections[i].state = ASKED;
    epoll_ctl(epoll, EPOLL_CTL_MOD, connections[i].fd, &event);
    if (send(connections[i].fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0) {
        connections[i].state = RESET;
        reset++;
        close(connections[i].fd);
    }
}

static void hear(uint32_t i)
{
    char text[4096];
    ssize_t got = recv(connections[i].fd, text, sizeof text, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        connections[i].state = RESET;
        reset++;
        close(connections[i].fd);
    } else if ((size_t)got >= sizeof page_end &&
               memcmp(text + got - 4, page_end, sizeof page_end - 1) == 0) {
        connections[i].state = ANSWERED;
        answered++;
    }
}

static int step(int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, timeout_ms);
    for (int e = 0; e < count; e++) {
        uint32_t i = events[e].data.u32;
        if (connections[i].state == CONNECTING)
            ask(i);
        else
            hear(i);
    }
    return count;
}

static void burst(uint32_t count)
{
    double begun_s = now_s();
    for (uint32_t i = 0; i < count;) {
        for (uint32_t end = i + OPENED_AT_ONCE; i < count && i < end; i++)
            open_one(i);
        while (step(0) == EVENTS)
            ;
    }
    double opened_s = now_s() - begun_s;
    while (answered + reset < (int)count && now_s() < begun_s + PATIENCE_S)
        step(100);
    printf("opened %u in %.2f s: answered %d, reset %d, unanswered %d\n", count, opened_s, answered,
           reset, (int)count - answered - reset);
    fflush(stdout);
}

// So many requests over the connections in turn, AT_A_TIME of them unanswered.
static void ask_in_turn(uint32_t count, int requests)
{
    uint32_t next = 0;
    int asked = 0;
    double silent_since_s = now_s();
    answered = 0;
    while (answered < requests && now_s() < silent_since_s + PATIENCE_S) {
        while (asked < requests && asked - answered < AT_A_TIME) {
            for (uint32_t tried = 0; connections[next].state != ANSWERED; tried++) {
                next = (next + 1) % count;
                if (tried == count)
                    return;
            }
            ask(next);
            next = (next + 1) % count;
            asked++;
        }
        if (step(100) > 0)
            silent_since_s = now_s();
    }
}

int main(int argc, char **argv)
{
    struct rlimit files;
    char line[64];
    if (argc != 4 || inet_aton(argv[1], &server.sin_addr) == 0 || atoi(argv[3]) < 1 ||
        atoi(argv[3]) > CONNECTIONS_MAX) {
        fprintf(stderr, "usage: crowd ADDRESS PORT CONNECTIONS\n");
        return 2;
    }
    server.sin_port = htons((uint16_t)atoi(argv[2]));
    uint32_t count = (uint32_t)atoi(argv[3]);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll = epoll_create1(0);
    burst(count);
    while (fgets(line, sizeof line, stdin)) {
        ask_in_turn(count, atoi(line));
        printf("done %d\n", answered);
        fflush(stdout);
    }
    return 0;
}
