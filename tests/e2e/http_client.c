/* A client that says exactly the bytes it is told to; see http_client.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "http_client.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

static struct addrinfo *server;

bool client_server(const char *host, const char *port)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    return getaddrinfo(host, port, &wanted, &server) == 0;
}

int client_connect(void)
{
    int on = 1;
    int fd = socket(server->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, server->ai_addr, server->ai_addrlen) < 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

void reply_free(struct reply *reply)
{
    free(reply->data);
    reply->data = NULL;
}

// Reads once. False at the end of the connection, which `reply` then tells.
static bool receive(int fd, struct reply *reply)
{
    reply->data = realloc(reply->data, reply->length + READ_BYTES + 1);
    if (reply->data == NULL)
        abort();
    ssize_t got = recv(fd, reply->data + reply->length, READ_BYTES, 0);
    if (got < 0 && errno == EAGAIN)
        return true;
    if (got > 0)
        reply->length += (size_t)got;
    reply->data[reply->length] = '\0';
    reply->ending = got < 0 ? ENDING_RESET : ENDING_CLOSED;
    return got > 0;
}

struct reply client_exchange(int fd, const char *request, size_t length, size_t piece)
{
    struct reply reply = {.ending = ENDING_SILENT};
    size_t sent = 0;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (sent < length)
            wait.events |= POLLOUT;
        if (poll(&wait, 1, PATIENCE_S * 1000) <= 0) {
            reply.ending = ENDING_SILENT;
            break;
        }
        if (wait.revents & POLLOUT) {
            size_t left = length - sent;
            ssize_t n =
                send(fd, request + sent, piece && piece < left ? piece : left, MSG_NOSIGNAL);
            // A server that has closed for writing may still have its answer on the way to us.
            sent = n < 0 && errno != EAGAIN ? length : sent + (n > 0 ? (size_t)n : 0);
            if (piece) // so that each piece is a packet of its own
                nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        }
        if ((wait.revents & (POLLIN | POLLERR | POLLHUP)) && !receive(fd, &reply))
            break;
    }
    close(fd);
    return reply;
}

struct reply client_ask(const char *request)
{
    int fd = client_connect();
    if (fd < 0)
        return (struct reply){.ending = ENDING_RESET};
    return client_exchange(fd, request, strlen(request), 0);
}

bool response_parse(struct response *response, const char *text, size_t length)
{
    const char *end = text ? memmem(text, length, "\r\n\r\n", 4) : NULL;
    if (end == NULL || strncmp(text, "HTTP/1.1 ", 9) != 0 || length < 16 || text[12] != ' ')
        return false;
    *response = (struct response){
        .status = atoi(text + 9), .head_length = (size_t)(end - text) + 4, .body_length = -1};
    response->body = text + response->head_length;
    for (const char *line = strstr(text, "\r\n") + 2; line < end; line = strstr(line, "\r\n") + 2) {
        if (strncasecmp(line, "Content-Length: ", 16) == 0)
            response->body_length = atoll(line + 16);
        if (strncasecmp(line, "Connection: close\r\n", 19) == 0)
            response->close = true;
    }
    return true;
}
