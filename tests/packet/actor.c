/* actor: a guest that does with one TCP connection what its arguments say, in their order.
 *
 *   listen PORT, accept           connect ADDRESS PORT
 *   first                         the next are about the first connection again
 *   write N                       N bytes a..z, as far as they are taken
 *   read N                        until N bytes have come, or the end
 *   echo                          everything back, until the end
 *   shutdown, close               sleep MS
 *   await PORT                    a datagram there
 *   minutes N                     the clock of DHCP's lease is put forward
 *   leave                         main returns; how long the machine then stays is said
 *
 * After the last it waits for ever. What a call says to it stands on the console.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void dhcp_coarse_tmr(void);                   /* lwIP's: a minute of the lease is over */
void console_printf(const char *format, ...); /* the kernel's: standard output is closed at last */

static int listener = -1, connection = -1, first = -1;

static void report(const char *what, long result)
{
    printf("actor: %s: %ld%s%s\n", what, result, result < 0 ? ", " : "",
           result < 0 ? strerror(errno) : "");
    fflush(stdout);
}

static void act_listen(int port)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};

    listener = socket(AF_INET6, SOCK_STREAM, 0);
    report("bind", bind(listener, (struct sockaddr *)&any, sizeof any));
    report("listen", listen(listener, 8));
}

static void act_accept(void)
{
    int one = 1;

    connection = accept(listener, NULL, NULL);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (first < 0)
        first = connection;
    report("accept", connection);
}

static void act_connect(const char *address, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    inet_aton(address, &to.sin_addr);
    connection = socket(AF_INET, SOCK_STREAM, 0);
    report("socket", connection);
    report("connect", connect(connection, (struct sockaddr *)&to, sizeof to));
}

static void act_write(long bytes)
{
    static char letters[65536];
    long done = 0;

    while (done < bytes) {
        long part = bytes - done < (long)sizeof letters ? bytes - done : (long)sizeof letters;
        for (long i = 0; i < part; i++)
            letters[i] = (char)('a' + (done + i) % 26);
        ssize_t written = send(connection, letters, (size_t)part, MSG_NOSIGNAL);
        if (written < 0)
            break;
        done += written;
    }
    report("write", done);
}

static void act_read(long bytes, int echo)
{
    static char data[65536];
    long done = 0;
    ssize_t got = 1;

    while (done < bytes && got > 0) {
        size_t most = bytes - done < (long)sizeof data ? (size_t)(bytes - done) : sizeof data;
        got = recv(connection, data, most, 0);
        done += got > 0 ? got : 0;
        for (ssize_t sent = 0, part; echo && sent < got; sent += part)
            if ((part = send(connection, data + sent, (size_t)(got - sent), MSG_NOSIGNAL)) < 0)
                break;
    }
    report(got < 0 ? "read, failed" : "read", got < 0 ? got : done);
}

/* The socket stays: what comes meanwhile, or was one too many, lies in it. */
static void act_await(int port)
{
    static int datagrams = -1;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    char byte;

    if (datagrams < 0) {
        datagrams = socket(AF_INET, SOCK_DGRAM, 0);
        report("bind", bind(datagrams, (struct sockaddr *)&any, sizeof any));
    }
    report("await", recv(datagrams, &byte, sizeof byte, 0));
}

/* In front of the kernel's own, by the linker. */
_Noreturn void __wrap_machine_exit(int status);
_Noreturn void __real_machine_exit(int status);

static struct timespec leaving;

static void act_leave(void)
{
    clock_gettime(CLOCK_MONOTONIC, &leaving);
    exit(0);
}

_Noreturn void __wrap_machine_exit(int status)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    console_printf("actor: left after ms: %ld\n", (now.tv_sec - leaving.tv_sec) * 1000 +
                                                      (now.tv_nsec - leaving.tv_nsec) / 1000000);
    __real_machine_exit(status);
}

static char **act(char **words)
{
    const char *word = *words++;

    if (strcmp(word, "listen") == 0 && words[0])
        act_listen(atoi(*words++));
    else if (strcmp(word, "accept") == 0)
        act_accept();
    else if (strcmp(word, "connect") == 0 && words[0] && words[1]) {
        act_connect(words[0], atoi(words[1]));
        words += 2;
    } else if (strcmp(word, "write") == 0 && words[0])
        act_write(atol(*words++));
    else if (strcmp(word, "read") == 0 && words[0])
        act_read(atol(*words++), 0);
    else if (strcmp(word, "echo") == 0)
        act_read(__LONG_MAX__, 1);
    else if (strcmp(word, "first") == 0)
        connection = first;
    else if (strcmp(word, "shutdown") == 0)
        report("shutdown", shutdown(connection, SHUT_WR));
    else if (strcmp(word, "close") == 0)
        report("close", close(connection));
    else if (strcmp(word, "sleep") == 0 && words[0])
        usleep((useconds_t)atol(*words++) * 1000);
    else if (strcmp(word, "await") == 0 && words[0])
        act_await(atoi(*words++));
    else if (strcmp(word, "leave") == 0)
        act_leave();
    else if (strcmp(word, "minutes") == 0 && words[0])
        for (int left = atoi(*words++); left > 0; left--)
            dhcp_coarse_tmr();
    else {
        printf("actor: '%s' is no act\n", word);
        exit(2);
    }
    return words;
}

int main(int argc, char **argv)
{
    (void)argc;
    for (char **words = argv + 1; *words;)
        words = act(words);
    for (;;)
        sleep(3600);
}
