/* The misbehaving server; see scripted_server.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "scripted_server.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096 /* more than any test opens: a stalled server must lose no connection */

/* Until the empty line; what is asked does not matter. */
static void read_request(int connection)
{
    char text[1024];
    size_t length = 0;
    ssize_t count;

    while (length < sizeof text - 1 &&
           (count = read(connection, text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)count;
        text[length] = '\0';
        if (strstr(text, "\r\n\r\n") != NULL)
            return;
    }
}

static void *serve(void *argument)
{
    struct scripted_server *server = argument;
    int connection;

    while ((connection = accept(server->listener, NULL, NULL)) >= 0) {
        unsigned index = atomic_fetch_add(&server->accepted, 1);
        read_request(connection);
        server->behave(connection, index);
        close(connection);
    }
    return NULL;
}

void scripted_server_start(struct scripted_server *server,
                           void (*behave)(int connection, unsigned index))
{
    struct sockaddr_in *address = (struct sockaddr_in *)&server->endpoint.address;

    memset(server, 0, sizeof *server);
    server->behave = behave;
    server->endpoint.length = sizeof *address;
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0 ||
        bind(server->listener, (struct sockaddr *)address, sizeof *address) != 0 ||
        getsockname(server->listener, (struct sockaddr *)address, &server->endpoint.length) != 0 ||
        listen(server->listener, BACKLOG) != 0 ||
        pthread_create(&server->thread, NULL, serve, server) != 0)
        abort();
}

void scripted_server_stop(struct scripted_server *server)
{
    shutdown(server->listener, SHUT_RDWR); /* wakes accept */
    pthread_join(server->thread, NULL);
    close(server->listener);
}

void scripted_server_send(int connection, const char *text)
{
    size_t length = strlen(text);
    ssize_t sent;

    while (length > 0 && (sent = send(connection, text, length, MSG_NOSIGNAL)) > 0) {
        text += sent;
        length -= (size_t)sent;
    }
}
