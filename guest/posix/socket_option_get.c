/* getsockopt. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <netinet/in.h>
#include <string.h>

#include "result.h"
#include "tcp_socket.h"

LINK_WITH(tcp_socket_option_get);

static long socket_get(struct socket *socket, int level, int option, int *value)
{
    if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) {
        *value = socket->only_v6;
        return 0;
    }
    if (level != SOL_SOCKET)
        return socket_operations(socket)->option_get(socket, level, option, value);
    switch (option) {
    case SO_ERROR:
        *value = (int)-socket_take_error(socket);
        return 0;
    case SO_TYPE:
        *value = socket->type;
        return 0;
    case SO_DOMAIN:
        *value = socket->is_v6 ? AF_INET6 : AF_INET;
        return 0;
    case SO_PROTOCOL:
        *value = socket->type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
        return 0;
    default:
        return socket_operations(socket)->option_get(socket, level, option, value);
    }
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
    int number = 0;
    long error;
    struct socket *socket = socket_of(fd, &error);

    if (socket)
        error = socket_get(socket, level, option, &number);
    if (error == 0) {
        socklen_t bytes = *length < sizeof(number) ? *length : (socklen_t)sizeof(number);
        memcpy(value, &number, bytes);
        *length = bytes;
    }
    return (int)result(error);
}
