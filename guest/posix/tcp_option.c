/* TCP sockets: the options that payloads set; what would be a promise not kept is refused. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static void no_delay_set(struct tcp_socket *socket, bool on)
{
    socket->no_delay = on;
    if (!tcp_socket_has_connection(socket))
        return;
    if (on)
        tcp_nagle_disable(socket->pcb);
    else
        tcp_nagle_enable(socket->pcb);
}

long tcp_socket_option_set(struct socket *base, int level, int option, int value)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (level == IPPROTO_TCP && option == TCP_NODELAY) {
        no_delay_set(socket, value != 0);
        return 0;
    }
    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_REUSEADDR: /* always so: a listener never has to wait for TIME_WAIT */
    case SO_RCVBUF:
    case SO_SNDBUF: /* sized by the machine's memory */
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}
