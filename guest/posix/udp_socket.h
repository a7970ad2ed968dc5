/* UDP sockets on lwIP's raw API.
 *
 *   udp_socket.c    birth and death, bind, connect, names
 *   udp_datagram.c  the queue of what has arrived, receive and send
 *   udp_option.c    options
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_UDP_SOCKET_H
#define THRICE_UDP_SOCKET_H

#include "lwip/udp.h"

#include "socket.h"

#define UDP_DATAGRAM_MAX_BYTES 65507

struct udp_datagram;

struct udp_socket {
    struct socket socket; /* first */
    struct udp_pcb *pcb;
    struct udp_datagram *first, *last; /* arrived and not read */
    uint32_t queue_bytes, queue_limit_bytes;
    bool receiving_ended; /* shutdown(SHUT_RD) */
};

/* A new socket; NULL: no memory. */
struct socket *udp_socket_create(bool is_v6);

/* lwIP's errors as these calls give them. */
long udp_errno(err_t error);
bool udp_socket_is_connected(const struct udp_socket *socket);

/* udp_datagram.c. The queue is bounded by bytes, each datagram counting for the buffer it
 * lies in and not only for its contents: a burst of small ones cannot take all memory.
 */
void udp_socket_on_datagram(void *socket, struct udp_pcb *pcb, struct pbuf *p,
                            const ip_addr_t *from, uint16_t port);
void udp_socket_drop_all(struct udp_socket *socket);
uint32_t udp_queue_limit_bytes(uint64_t wanted_bytes);
ssize_t udp_socket_receive(struct file *file, struct message *message);
ssize_t udp_socket_send(struct file *file, struct message *message);
long udp_socket_ioctl(struct file *file, unsigned long request, void *argument);

/* udp_option.c */
long udp_socket_option_set(struct socket *socket, int level, int option, int value);
long udp_socket_option_get(struct socket *socket, int level, int option, int *value);

#endif
