/* connect, with which the sockets of either protocol become a client's. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "result.h"
#include "tcp_socket.h"
#include "udp_socket.h"

LINK_WITH(tcp_socket_connect);
LINK_WITH(udp_socket_create);

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    struct endpoint remote;
    long error;
    struct socket *socket = socket_of(fd, &error);

    if (socket)
        error = endpoint_read(socket, &remote, address, length);
    if (error == 0)
        error = socket_operations(socket)->connect(socket, &remote);
    return (int)result(error);
}
