/* getsockname and getpeername. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "result.h"
#include "tcp_socket.h"

LINK_WITH(tcp_socket_local);

static int name_write(const struct socket *socket, long error, const struct endpoint *endpoint,
                      struct sockaddr *address, socklen_t *length)
{
    if (error == 0)
        endpoint_write(socket, endpoint, address, length);
    return (int)result(error);
}

int getsockname(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    struct endpoint local;
    long error;
    struct socket *socket = socket_of(fd, &error);

    if (socket)
        error = socket_operations(socket)->local_endpoint(socket, &local);
    return name_write(socket, error, &local, address, length);
}

int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    struct endpoint peer;
    long error;
    struct socket *socket = socket_of(fd, &error);

    if (socket)
        error = socket_operations(socket)->remote_endpoint(socket, &peer);
    return name_write(socket, error, &peer, address, length);
}
