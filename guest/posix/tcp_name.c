/* TCP sockets: the names of both ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>

long tcp_socket_local(struct socket *base, struct endpoint *endpoint)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    *endpoint = (struct endpoint){.address = *IP4_ADDR_ANY};
    if (base->is_v6)
        endpoint->address = *IP6_ADDR_ANY;
    if (socket->pcb) {
        endpoint->address = socket->pcb->local_ip;
        endpoint->port = socket->pcb->local_port;
    }
    return 0;
}

long tcp_socket_remote(struct socket *base, struct endpoint *endpoint)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (socket->state != TCP_SOCKET_CONNECTED)
        return -ENOTCONN;
    *endpoint = socket->remote;
    return 0;
}
