/* Many clients of a web server that hold on to what they get.
 *
 *   slow   send a request byte by byte, one each second, and never its end
 *   mute   ask for 64 MiB and read nothing
 *   tiny   ask for 64 MiB through a window of some 100 bytes, a little now and then
 *
 * One that the server drops comes back a second later. Usage: clients KIND ADDRESS PORT COUNT
 * SECONDS; prints how many were connected at the most, and how many the server dropped.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 20000, BUFFER_BYTES = 2304, WINDOW_BYTES = 100 };

static const char text_slow[] = "GET / HTTP/1.1\r\nHost: server\r\nX-Slow: ";
static const char text_large[] = "GET /bytes/67108864 HTTP/1.1\r\nHost: server\r\n\r\n";

struct client {
    int fd; // 0: not connected
    unsigned sent;
};

static enum { SLOW, MUTE, TINY } kind;
static struct client clients[CLIENTS_MAX];
static struct sockaddr_in server = {.sin_family = AF_INET};
static long connected, dropped;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void client_drop(struct client *client)
{
    close(client->fd);
    client->fd = 0;
    connected--;
    dropped++;
}

static void client_open(struct client *client)
{
    int bytes = BUFFER_BYTES, window = WINDOW_BYTES;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        perror("clients: socket (ulimit -n?)");
        exit(2);
    }
    if (kind != SLOW)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    if (kind == TINY)
        setsockopt(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, &window, sizeof window);
    connect(fd, (struct sockaddr *)&server, sizeof server);
    *client = (struct client){.fd = fd};
    connected++;
}

// The next byte of a slow one, the request of another: nothing of it while it is not connected.
static void client_send(struct client *client)
{
    const char *text = kind == SLOW ? text_slow : text_large;
    unsigned length = (unsigned)strlen(text);
    const char *next = client->sent < length ? text + client->sent : "x";
    size_t bytes = kind == SLOW ? 1 : length - client->sent;
    if (kind != SLOW && client->sent == length)
        return;
    ssize_t sent = send(client->fd, next, bytes, MSG_NOSIGNAL);
    if (sent > 0)
        client->sent += (unsigned)sent;
    else if (errno != EAGAIN && errno != ENOTCONN)
        client_drop(client);
}

// Has the server ended it? A reset shows without reading.
static void client_look(struct client *client)
{
    char text[WINDOW_BYTES];
    int flags = kind == TINY ? 0 : MSG_PEEK;
    ssize_t got = recv(client->fd, text, kind == TINY ? sizeof text / 2 : 1, flags);
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (got == 0 || error != 0 || (got < 0 && errno != EAGAIN && errno != ENOTCONN))
        client_drop(client);
}

static void client_turn(struct client *client)
{
    if (client->fd == 0) {
        client_open(client);
        return;
    }
    client_send(client);
    if (client->fd != 0)
        client_look(client);
}

static bool parse(int argc, char **argv)
{
    if (argc != 6 || inet_aton(argv[2], &server.sin_addr) == 0 || atoi(argv[4]) < 1 ||
        atoi(argv[4]) > CLIENTS_MAX)
        return false;
    server.sin_port = htons((uint16_t)atoi(argv[3]));
    static const char *const names[] = {"slow", "mute", "tiny"};
    for (int i = 0; i < 3; i++)
        if (strcmp(argv[1], names[i]) == 0) {
            kind = i;
            return true;
        }
    return false;
}

int main(int argc, char **argv)
{
    struct rlimit files;
    if (!parse(argc, argv)) {
        fprintf(stderr, "usage: clients slow|mute|tiny ADDRESS PORT COUNT SECONDS\n");
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    int count = atoi(argv[4]);
    long most = 0;
    double end_s = now_s() + atof(argv[5]);
    for (double turn_s = now_s(); turn_s < end_s; turn_s += 1) {
        for (int i = 0; i < count; i++) { // spread over the second
            client_turn(&clients[i]);
            double ahead_s = turn_s + (double)i / count - now_s();
            if (ahead_s > 0.001)
                usleep((useconds_t)(ahead_s * 1e6));
        }
        most = connected > most ? connected : most;
        double ahead_s = turn_s + 1 - now_s();
        if (ahead_s > 0)
            usleep((useconds_t)(ahead_s * 1e6));
    }
    printf("%ld %ld\n", most, dropped);
    return 0;
}
