/* A forwarder for people; see forward.h. A thread for each TCP connection; UDP by a table of the
 * latest clients, each with a socket of its own by which its answers are known.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/forward.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "environment/isolation.h"

enum {
    LOOK_MS = 100, // how often the end is looked for
    BUFFER_BYTES = 65536,
    UDP_CLIENTS = 64,
    BACKLOG = 128,
};

int forward_open(enum protocol protocol, uint16_t port, uint16_t *bound, struct error *error)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t length = sizeof address;
    const int on = 1;
    bool tcp = protocol != PROTOCOL_UDP;
    int fd = socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "opening a socket");
    if (tcp)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        (tcp && listen(fd, BACKLOG) < 0) ||
        getsockname(fd, (struct sockaddr *)&address, &length) < 0) {
        error_set_errno(error, EXIT_USAGE, errno, "port %u of 127.0.0.1 (choose another by --port)",
                        port);
        close(fd);
        return -1;
    }
    *bound = ntohs(address.sin_port);
    return fd;
}

// Moves what there is from one side to the other. Returns false when that direction is over.
static bool pump(int from, int to)
{
    char buffer[BUFFER_BYTES];
    ssize_t got = recv(from, buffer, sizeof buffer, 0);
    for (ssize_t done = 0; done < got;) {
        ssize_t sent = send(to, buffer + done, (size_t)(got - done), MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        done += sent;
    }
    if (got <= 0)
        shutdown(to, SHUT_WR);
    return got > 0;
}

static void splice_both_ways(int client, int server)
{
    struct pollfd ends[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        if (poll(ends, 2, -1) < 0 && errno != EINTR)
            return;
        if (ends[0].revents && !pump(client, server))
            ends[0].fd = -1;
        if (ends[1].revents && !pump(server, client))
            ends[1].fd = -1;
    }
}

struct connection {
    int client;
    struct sockaddr_in server;
};

static void *serve_connection(void *argument)
{
    struct connection *connection = argument;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server >= 0 && connect(server, (const struct sockaddr *)&connection->server,
                               sizeof connection->server) == 0)
        splice_both_ways(connection->client, server);
    if (server >= 0)
        close(server);
    close(connection->client);
    free(connection);
    return NULL;
}

static void forward_tcp(int fd, const struct sockaddr_in *server)
{
    pthread_t thread;
    struct connection *connection = malloc(sizeof *connection);
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    if (!connection || client < 0) {
        free(connection);
        if (client >= 0)
            close(client);
        return;
    }
    *connection = (struct connection){client, *server};
    if (pthread_create(&thread, NULL, serve_connection, connection) == 0) {
        pthread_detach(thread);
    } else {
        close(client);
        free(connection);
    }
}

struct udp_client {
    int fd; // towards the server; -1: free
    struct sockaddr_in address;
};

static struct udp_client *udp_client_of(struct udp_client clients[UDP_CLIENTS],
                                        const struct sockaddr_in *address,
                                        const struct sockaddr_in *server)
{
    static unsigned int next;
    for (int i = 0; i < UDP_CLIENTS; i++)
        if (clients[i].fd >= 0 && clients[i].address.sin_port == address->sin_port)
            return &clients[i];
    struct udp_client *client = &clients[next++ % UDP_CLIENTS];
    if (client->fd >= 0)
        close(client->fd);
    client->address = *address;
    client->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (client->fd >= 0 &&
        connect(client->fd, (const struct sockaddr *)server, sizeof *server) < 0) {
        close(client->fd);
        client->fd = -1;
    }
    return client;
}

static void udp_to_server(int fd, struct udp_client clients[UDP_CLIENTS],
                          const struct sockaddr_in *server)
{
    char buffer[BUFFER_BYTES];
    struct sockaddr_in from = {0};
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &length);
    if (got < 0)
        return;
    struct udp_client *client = udp_client_of(clients, &from, server);
    if (client->fd >= 0 && send(client->fd, buffer, (size_t)got, 0) < 0)
        return; // lost, as datagrams are
}

static void udp_to_client(int fd, const struct udp_client *client)
{
    char buffer[BUFFER_BYTES];
    ssize_t got = recv(client->fd, buffer, sizeof buffer, 0);
    if (got >= 0 && sendto(fd, buffer, (size_t)got, 0, (const struct sockaddr *)&client->address,
                           sizeof client->address) < 0)
        return;
}

static void forward_udp_round(int fd, struct udp_client clients[UDP_CLIENTS],
                              const struct sockaddr_in *server)
{
    struct pollfd ends[UDP_CLIENTS + 1];
    for (int i = 0; i < UDP_CLIENTS; i++)
        ends[i] = (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
    ends[UDP_CLIENTS] = (struct pollfd){.fd = fd, .events = POLLIN};
    if (poll(ends, UDP_CLIENTS + 1, LOOK_MS) <= 0)
        return;
    for (int i = 0; i < UDP_CLIENTS; i++)
        if (ends[i].revents)
            udp_to_client(fd, &clients[i]);
    if (ends[UDP_CLIENTS].revents)
        udp_to_server(fd, clients, server);
}

void forward_run(int fd, enum protocol protocol, const struct sockaddr_in *server,
                 struct program *program)
{
    struct udp_client clients[UDP_CLIENTS];
    struct pollfd listening = {.fd = fd, .events = POLLIN};

    for (int i = 0; i < UDP_CLIENTS; i++)
        clients[i] = (struct udp_client){.fd = -1};
    while (!isolation_interrupted() && !program_ended(program)) {
        if (protocol == PROTOCOL_UDP)
            forward_udp_round(fd, clients, server);
        else if (poll(&listening, 1, LOOK_MS) > 0)
            forward_tcp(fd, server);
    }
    for (int i = 0; i < UDP_CLIENTS; i++)
        if (clients[i].fd >= 0)
            close(clients[i].fd);
}
