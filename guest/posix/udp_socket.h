/* UDP sockets on lwIP's raw API: a bounded queue of what has arrived, and sending. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_UDP_SOCKET_H
#define THRICE_UDP_SOCKET_H

#include "socket.h"

void udp_socket_init(void);

/* A new socket; NULL: no memory. */
struct socket *udp_socket_create(bool is_v6);

/* Datagrams dropped because a socket's queue was full, since boot. */
uint64_t udp_socket_drops(void);

#endif
