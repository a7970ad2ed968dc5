/* The HTTP server; see http_server.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "http_server.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http_connection.h"

enum {
    EVENTS_MAX = 128,
    ACCEPTS_MAX = 64, // connections taken before those already open get their turn
    IDLE_TIMEOUT_MS = 10000,
    RETRY_MS = 100, // between attempts to accept while descriptors are exhausted
};

static struct {
    int port;
    int backlog;
} options = {.port = 80, .backlog = 4096};

static int listener;
static bool accepting;

static void die(const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", http_service_name, what, strerror(errno));
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

static void listener_watch(bool watch)
{
    struct epoll_event event = {.events = watch ? EPOLLIN : 0, .data.ptr = NULL};
    epoll_ctl(http_connections.epoll, EPOLL_CTL_MOD, listener, &event);
    accepting = watch;
}

// A descriptor is free again.
static void listener_resume(void)
{
    if (!accepting)
        listener_watch(true);
}

static void listener_readable(void)
{
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd >= 0) {
            http_connection_open(fd);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            listener_watch(false); // else epoll would report it without end
            return;
        }
    }
}

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int next_timeout_ms(void)
{
    if (http_connections.waiting != NULL)
        return 0; // there is work to go on with
    uint64_t least_ms = http_connections_timeout_ms(accepting ? UINT64_MAX : RETRY_MS);
    return least_ms == UINT64_MAX ? -1 : (int)least_ms;
}

static _Noreturn void serve(void)
{
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int count = epoll_wait(http_connections.epoll, events, EVENTS_MAX, next_timeout_ms());
        if (count < 0 && errno != EINTR)
            die("epoll_wait");
        http_connections.now_ms = clock_ms();
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL)
                listener_readable();
            else
                http_connection_event(events[i].data.ptr);
        }
        http_connections_expire();
        if (!accepting && count == 0)
            listener_watch(true);
        if (http_connections.waiting != NULL)
            http_service.go_on();
    }
}

// ---- start ----------------------------------------------------------------------------------

static const char usage[] =
    "usage: %s [--port N] [--close] [--idle-timeout SECONDS] [--backlog N]\n"
    "  --port N         listen here (80)\n"
    "  --close          close each connection after one answer\n"
    "  --idle-timeout S drop a client silent for so long (10)\n"
    "  --backlog N      connections waiting to be accepted (4096)\n";

static _Noreturn void bad_usage(void)
{
    fprintf(stderr, usage, http_service_name);
    exit(2);
}

static int option_number(const char *name, const char *text, long most)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 || value > most) {
        fprintf(stderr, "%s: --%s: '%s' is not a number from 1 to %ld\n", http_service_name, name,
                text, most);
        bad_usage();
    }
    return (int)value;
}

static void parse_options(int argc, char **argv, const char **operand)
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
            http_connections.close = true;
            break;
        case 'i':
            http_connections.idle_timeout_ms = 1000 * option_number("idle-timeout", optarg, 86400);
            break;
        case 'b':
            options.backlog = option_number("backlog", optarg, 65535);
            break;
        case 'h':
            printf(usage, http_service_name);
            exit(0);
        default: // getopt_long has named it
            bad_usage();
        }
    }
    if (operand != NULL && optind < argc)
        *operand = argv[optind++];
    if (optind < argc) {
        fprintf(stderr, "%s: unexpected argument '%s'\n", http_service_name, argv[optind]);
        bad_usage();
    }
}

// Nothing is buffered that could be lost, so there is nothing to do but end. Needed where this is
// process 1, whom signals without a handler do not end.
static void stop(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

_Noreturn void http_main(int argc, char **argv, const char **operand)
{
    http_connections.idle_timeout_ms = IDLE_TIMEOUT_MS;
    http_connections.freed = listener_resume;
    parse_options(argc, argv, operand);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    listener = listener_open();
    http_connections.epoll = epoll_create1(0);
    if (http_connections.epoll < 0)
        die("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(http_connections.epoll, EPOLL_CTL_ADD, listener, &event) < 0)
        die("epoll_ctl");
    accepting = true;
    http_connections.now_ms = clock_ms();
    printf("%s: serving on port %d\n", http_service_name, options.port);
    fflush(stdout);
    serve();
}
