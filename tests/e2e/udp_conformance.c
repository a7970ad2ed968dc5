/* What the payload `udp` promises, asked of a running one.
 *
 * Usage: udp_conformance HOST PORT [--echo]   (--echo: the server runs with it)
 * SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { ANSWER_BYTES = 1000, DATAGRAM_MAX_BYTES = 1472, ATTEMPTS = 30, BURST = 100 };

static int server_connect(const char *host, const char *port)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_DGRAM};
    struct addrinfo *server;
    const struct timeval patience = {.tv_sec = 1};
    if (getaddrinfo(host, port, &wanted, &server) != 0)
        return -1;
    int fd = socket(server->ai_family, SOCK_DGRAM, 0);
    if (fd < 0 || connect(fd, server->ai_addr, server->ai_addrlen) < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    freeaddrinfo(server);
    return fd;
}

// Datagrams may be lost: asks again until something comes. -1 if nothing ever does.
static ssize_t ask(int fd, const char *question, size_t length, char *answer)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (send(fd, question, length, 0) < 0)
            continue;
        ssize_t got = recv(fd, answer, 65536, 0);
        if (got >= 0)
            return got;
    }
    return -1;
}

static bool check(int fd, bool echo, const char *question, size_t length)
{
    static char answer[65536], letters[ANSWER_BYTES];
    bool last =
        (length == 4 || (length == 5 && question[4] == '\0')) && memcmp(question, "LAST", 4) == 0;
    memset(letters, 'A', sizeof letters);
    const char *expected = echo || last ? question : letters;
    size_t expected_length = echo || last ? length : sizeof letters;
    ssize_t got = ask(fd, question, length, answer);
    bool good = got == (ssize_t)expected_length && memcmp(answer, expected, expected_length) == 0;
    printf("%s %zu bytes%s%.5s: %zd bytes\n", good ? "ok    " : "FAILED", length,
           length > 0 ? ", " : "", question, got);
    return good;
}

// Some of a burst may be lost, and yet the server goes on.
static bool check_burst(int fd, bool echo)
{
    static char answer[65536];
    int answered = 0;
    for (int i = 0; i < BURST; i++)
        send(fd, "burst", 5, 0);
    while (answered < BURST && recv(fd, answer, sizeof answer, 0) >= 0)
        answered++;
    printf("%s %d of a burst of %d answered\n", answered > 0 ? "ok    " : "FAILED", answered,
           BURST);
    return answered > 0 && check(fd, echo, "after", 5);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *text;
        size_t length;
    } questions[] = {{"1", 2},     {"LAST", 4},    {"LAST", 5}, {"", 0},      {"LAS", 3},
                     {"LASTx", 5}, {"LAST\0x", 6}, {"last", 4}, {"100000", 7}};
    static char largest[DATAGRAM_MAX_BYTES] = "large";
    bool echo = argc == 4 && strcmp(argv[3], "--echo") == 0;
    int fd = argc == 3 || echo ? server_connect(argv[1], argv[2]) : -1;
    if (fd < 0) {
        fputs("usage: udp_conformance HOST PORT [--echo]\n", stderr);
        return 2;
    }
    bool good = true;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        good &= check(fd, echo, questions[i].text, questions[i].length);
    good &= check(fd, echo, largest, sizeof largest);
    good &= check_burst(fd, echo);
    return !good;
}
