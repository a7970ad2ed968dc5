/* TCP sockets: options. What lwIP has no knob for, and what changes nothing here, is accepted
 * so that servers written for Linux start; what would be a promise not kept is refused.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>

#include "tcp_demux.h"

#define MS_PER_S 1000u

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

/* The keepalive timer walks the busy list: the pcb must be on it. */
static void keepalive_set(struct tcp_socket *socket, bool on)
{
    if (!tcp_socket_has_connection(socket))
        return;
    if (on)
        ip_set_option(socket->pcb, SOF_KEEPALIVE);
    else
        ip_reset_option(socket->pcb, SOF_KEEPALIVE);
    tcp_demux_touch(socket->pcb);
}

uint32_t *tcp_socket_keepalive_field(struct tcp_socket *socket, int option, uint32_t *unit)
{
    struct tcp_pcb *pcb = socket->pcb;

    *unit = option == TCP_KEEPCNT ? 1 : MS_PER_S;
    if (!tcp_socket_has_connection(socket))
        return NULL;
    return option == TCP_KEEPIDLE    ? &pcb->keep_idle
           : option == TCP_KEEPINTVL ? &pcb->keep_intvl
                                     : &pcb->keep_cnt;
}

static long tcp_level_set(struct tcp_socket *socket, int option, int value)
{
    uint32_t unit, *field;

    switch (option) {
    case TCP_NODELAY:
        no_delay_set(socket, value != 0);
        return 0;
    case TCP_KEEPIDLE:
    case TCP_KEEPINTVL:
    case TCP_KEEPCNT:
        field = tcp_socket_keepalive_field(socket, option, &unit);
        if (value <= 0)
            return -EINVAL;
        if (field)
            *field = (uint32_t)value * unit;
        return 0;
    case TCP_CORK:
    case TCP_QUICKACK:
    case TCP_DEFER_ACCEPT:
    case TCP_USER_TIMEOUT:
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

long tcp_socket_option_set(struct socket *base, int level, int option, int value)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (level == IPPROTO_TCP)
        return tcp_level_set(socket, option, value);
    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_KEEPALIVE:
        keepalive_set(socket, value != 0);
        return 0;
    case SO_LINGER: /* the caller has turned "on, 0 s" into 1 */
        socket->reset_on_close = value != 0;
        return 0;
    case SO_REUSEADDR: /* always so: a listener never has to wait for TIME_WAIT */
    case SO_RCVBUF:
    case SO_SNDBUF: /* sized by the machine's memory */
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}
