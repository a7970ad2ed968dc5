/* UDP sockets (udp_socket.h): birth and death, bind, connect, names. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp_socket.h"

#include <errno.h>
#include <sys/epoll.h>

#include "slab.h"

#define QUEUE_DEFAULT_BYTES (4u * 1024 * 1024)

static struct slab_cache cache = SLAB_CACHE(cache, struct udp_socket);

long udp_errno(err_t error)
{
    switch (error) {
    case ERR_OK:
        return 0;
    case ERR_RTE:
        return -ENETUNREACH;
    case ERR_VAL:
        return -EACCES; /* a broadcast without SO_BROADCAST */
    case ERR_USE:
        return -EADDRINUSE;
    default:
        return -ENOBUFS;
    }
}

bool udp_socket_is_connected(const struct udp_socket *socket)
{
    return (socket->pcb->flags & UDP_FLAGS_CONNECTED) != 0;
}

static void udp_socket_close(struct file *file)
{
    struct udp_socket *socket = (struct udp_socket *)file;

    udp_remove(socket->pcb);
    udp_socket_drop_all(socket);
    slab_free(socket);
}

static long udp_socket_bind(struct socket *base, const struct endpoint *local)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    if (socket->pcb->local_port != 0)
        return -EINVAL;
    if (base->only_v6) {
        IP_SET_TYPE_VAL(socket->pcb->local_ip, IPADDR_TYPE_V6);
        IP_SET_TYPE_VAL(socket->pcb->remote_ip, IPADDR_TYPE_V6);
    }
    return udp_errno(udp_bind(socket->pcb, &local->address, local->port));
}

static long udp_socket_connect(struct socket *base, const struct endpoint *remote)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    return udp_errno(udp_connect(socket->pcb, &remote->address, remote->port));
}

static long udp_socket_shutdown(struct socket *base, int how)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    if (!udp_socket_is_connected(socket))
        return -ENOTCONN;
    if (how != SHUT_WR) {
        socket->receiving_ended = true;
        file_raise(&base->file, EPOLLIN | EPOLLRDHUP);
    }
    return 0;
}

static long udp_socket_local(struct socket *base, struct endpoint *endpoint)
{
    const struct udp_socket *socket = (struct udp_socket *)base;

    *endpoint = (struct endpoint){
        .address = socket->pcb->local_ip,
        .port = socket->pcb->local_port,
    };
    if (base->is_v6 && IP_IS_ANY_TYPE_VAL(endpoint->address))
        endpoint->address = *IP6_ADDR_ANY;
    return 0;
}

static long udp_socket_remote(struct socket *base, struct endpoint *endpoint)
{
    const struct udp_socket *socket = (struct udp_socket *)base;

    *endpoint = (struct endpoint){
        .address = socket->pcb->remote_ip,
        .port = socket->pcb->remote_port,
    };
    return udp_socket_is_connected(socket) ? 0 : -ENOTCONN;
}

static const struct socket_operations udp_operations = {
    .bind = udp_socket_bind,
    .connect = udp_socket_connect,
    .shutdown = udp_socket_shutdown,
    .local_endpoint = udp_socket_local,
    .remote_endpoint = udp_socket_remote,
    .option_set = udp_socket_option_set,
    .option_get = udp_socket_option_get,
};

static const struct file_operations file_operations = {
    .receive = udp_socket_receive,
    .send = udp_socket_send,
    .ioctl = udp_socket_ioctl,
    .close = udp_socket_close,
    .socket = &udp_operations,
};

struct socket *udp_socket_create(bool is_v6)
{
    struct udp_socket *socket = slab_alloc(&cache);

    if (!socket)
        return NULL;
    *socket = (struct udp_socket){
        .socket.file.operations = &file_operations,
        .socket.file.events = EPOLLOUT,
        .socket.type = SOCK_DGRAM,
        .socket.is_v6 = is_v6,
        .queue_limit_bytes = udp_queue_limit_bytes(QUEUE_DEFAULT_BYTES),
        .pcb = udp_new_ip_type(is_v6 ? IPADDR_TYPE_ANY : IPADDR_TYPE_V4),
    };
    if (!socket->pcb) {
        slab_free(socket);
        return NULL;
    }
    udp_recv(socket->pcb, udp_socket_on_datagram, socket);
    return &socket->socket;
}
