/* TCP sockets: options read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

static long tcp_level_get(struct tcp_socket *socket, int option, int *value)
{
    switch (option) {
    case TCP_NODELAY:
        *value = socket->no_delay;
        return 0;
    case TCP_MAXSEG:
        *value = tcp_socket_has_connection(socket) ? tcp_mss(socket->pcb) : TCP_MSS;
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

long tcp_socket_option_get(struct socket *base, int level, int option, int *value)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (level == IPPROTO_TCP)
        return tcp_level_get(socket, option, value);
    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_ACCEPTCONN:
        *value = socket->state == TCP_SOCKET_LISTENING;
        return 0;
    case SO_REUSEADDR:
        *value = 1;
        return 0;
    case SO_RCVBUF:
        *value = (int)TCP_WND;
        return 0;
    case SO_SNDBUF:
        *value = (int)TCP_SND_BUF;
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}
