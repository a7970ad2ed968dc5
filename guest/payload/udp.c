/* udp: the datagram payload of every environment, after the server of the oslo study.
 *
 * The text LAST, with or without its NUL, is answered with the same bytes; anything else with
 * 1000 times A. With --echo every datagram is answered with itself. One thread that blocks in
 * recvfrom: two calls for each datagram.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ANSWER_BYTES = 1000,
    DATAGRAM_MAX_BYTES = 65536,
    QUEUE_BYTES = 4 * 1024 * 1024, // a burst waits here; the system may grant less
};

static struct {
    int port;
    bool echo;
} options = {.port = 8081};

static const char usage[] = "usage: udp [--port N] [--echo]\n"
                            "  --port N  receive here (8081)\n"
                            "  --echo    answer every datagram with itself\n";

static void die(const char *what)
{
    fprintf(stderr, "udp: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int option_port(const char *text)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 || value > 65535) {
        fprintf(stderr, "udp: --port: '%s' is not a number from 1 to 65535\n%s", text, usage);
        exit(2);
    }
    return (int)value;
}

static void parse_options(int argc, char **argv)
{
    static const struct option known[] = {{"port", required_argument, NULL, 'p'},
                                          {"echo", no_argument, NULL, 'e'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'p':
            options.port = option_port(optarg);
            break;
        case 'e':
            options.echo = true;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        default: // getopt_long has named it
            fputs(usage, stderr);
            exit(2);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "udp: unexpected argument '%s'\n%s", argv[optind], usage);
        exit(2);
    }
}

// IPv6 takes IPv4 as well; where there is no IPv6, IPv4 alone.
static int socket_open(void)
{
    struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(options.port)};
    struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(options.port)};
    struct sockaddr *address = (struct sockaddr *)&any6;
    socklen_t length = sizeof any6;
    int off = 0, queue_bytes = QUEUE_BYTES;

    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    if (fd < 0 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) < 0) {
        if (fd >= 0)
            close(fd);
        fd = socket(AF_INET, SOCK_DGRAM, 0);
        address = (struct sockaddr *)&any4;
        length = sizeof any4;
    }
    if (fd < 0)
        die("cannot open a socket");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue_bytes, sizeof queue_bytes);
    if (bind(fd, address, length) < 0)
        die("cannot receive on the port (--port)");
    return fd;
}

static bool is_last(const char *datagram, size_t length)
{
    return (length == 4 || (length == 5 && datagram[4] == '\0')) &&
           memcmp(datagram, "LAST", 4) == 0;
}

static void serve(int fd)
{
    static char datagram[DATAGRAM_MAX_BYTES], answer[ANSWER_BYTES];
    memset(answer, 'A', sizeof answer);
    for (;;) {
        struct sockaddr_storage from;
        socklen_t from_length = sizeof from;
        ssize_t got =
            recvfrom(fd, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &from_length);
        if (got < 0 && errno != EINTR && errno != ENOMEM && errno != ENOBUFS)
            die("recvfrom");
        if (got < 0)
            continue;
        bool same = options.echo || is_last(datagram, (size_t)got);
        // An answer that cannot be sent is a lost datagram: the client counts them.
        sendto(fd, same ? datagram : answer, same ? (size_t)got : sizeof answer, 0,
               (struct sockaddr *)&from, from_length);
    }
}

// Nothing is buffered that could be lost, so there is nothing to do but end. Needed where this is
// process 1, whom signals without a handler do not end.
static void stop(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

int main(int argc, char **argv)
{
    parse_options(argc, argv);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    int fd = socket_open();
    printf("udp: serving on port %d\n", options.port);
    fflush(stdout);
    serve(fd);
}
