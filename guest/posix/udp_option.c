/* UDP sockets: options. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp_socket.h"

#include <errno.h>

static void flag_set(struct udp_pcb *pcb, uint8_t flag, bool on)
{
    if (on)
        ip_set_option(pcb, flag);
    else
        ip_reset_option(pcb, flag);
}

long udp_socket_option_set(struct socket *base, int level, int option, int value)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_RCVBUF:
        if (value < 0)
            return -EINVAL;
        socket->queue_limit_bytes = udp_queue_limit_bytes((uint64_t)value);
        return 0;
    case SO_BROADCAST:
        flag_set(socket->pcb, SOF_BROADCAST, value != 0);
        return 0;
    case SO_REUSEADDR:
        flag_set(socket->pcb, SOF_REUSEADDR, value != 0);
        return 0;
    case SO_SNDBUF: /* a datagram goes to the device's ring at once */
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

long udp_socket_option_get(struct socket *base, int level, int option, int *value)
{
    const struct udp_socket *socket = (struct udp_socket *)base;

    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_RCVBUF:
        *value = (int)socket->queue_limit_bytes;
        return 0;
    case SO_SNDBUF:
        *value = UDP_DATAGRAM_MAX_BYTES;
        return 0;
    case SO_BROADCAST:
        *value = ip_get_option(socket->pcb, SOF_BROADCAST) != 0;
        return 0;
    case SO_REUSEADDR:
        *value = ip_get_option(socket->pcb, SOF_REUSEADDR) != 0;
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}
