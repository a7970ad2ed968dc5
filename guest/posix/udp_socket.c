/* UDP sockets (udp_socket.h).
 *
 * The queue is bounded by bytes (SO_RCVBUF), counting the frame's buffer and not its contents,
 * so that a burst of small datagrams cannot take all memory.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "lwip/udp.h"

#include "memory.h"
#include "slab.h"

#define DATAGRAM_COST_BYTES   2048 /* what a queued datagram counts for: its receive buffer */
#define QUEUE_DEFAULT_BYTES   (1024 * DATAGRAM_COST_BYTES)
#define QUEUE_MEMORY_FRACTION 16 /* of the machine's memory, at most, for one queue */
#define DATAGRAM_MAX_BYTES    65507

struct datagram {
    struct datagram *next;
    struct pbuf *p;
    struct endpoint from;
};

struct udp_socket {
    struct socket socket; /* first */
    struct udp_pcb *pcb;
    struct datagram *first, *last;
    uint32_t queue_bytes, queue_limit_bytes;
    bool receiving_ended; /* shutdown(SHUT_RD) */
};

static struct slab_cache socket_cache, datagram_cache;
static uint64_t drops;

static const struct file_operations udp_file_operations;

void udp_socket_init(void)
{
    slab_cache_init(&socket_cache, sizeof(struct udp_socket), 0);
    slab_cache_init(&datagram_cache, sizeof(struct datagram), 0);
}

uint64_t udp_socket_drops(void)
{
    return drops;
}

static uint32_t queue_limit(uint64_t wanted_bytes)
{
    uint64_t most = memory_total_bytes() / QUEUE_MEMORY_FRACTION;

    return (uint32_t)LWIP_MAX(LWIP_MIN(wanted_bytes, most), 16u * DATAGRAM_COST_BYTES);
}

/* ---- receiving ----------------------------------------------------------------------------- */

static void on_datagram(void *argument, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
                        uint16_t port)
{
    struct udp_socket *socket = argument;
    struct datagram *datagram = NULL;

    (void)pcb;
    if (socket->queue_bytes < socket->queue_limit_bytes)
        datagram = slab_alloc(&datagram_cache);
    if (!datagram) {
        drops++;
        pbuf_free(p);
        return;
    }
    *datagram = (struct datagram){.p = p, .from = {.address = *from, .port = port}};
    if (socket->first)
        socket->last->next = datagram;
    else
        socket->first = datagram;
    socket->last = datagram;
    socket->queue_bytes += DATAGRAM_COST_BYTES + p->tot_len;
    file_raise(&socket->socket.file, EPOLLIN);
}

static void datagram_drop(struct udp_socket *socket)
{
    struct datagram *datagram = socket->first;

    socket->first = datagram->next;
    socket->queue_bytes -= DATAGRAM_COST_BYTES + datagram->p->tot_len;
    pbuf_free(datagram->p);
    slab_free(datagram);
    if (!socket->first && !socket->receiving_ended)
        file_lower(&socket->socket.file, EPOLLIN);
}

static size_t copy_out(const struct pbuf *p, const struct message *message)
{
    uint16_t offset = 0;

    for (int i = 0; i < message->count && offset < p->tot_len; i++) {
        uint16_t room = (uint16_t)LWIP_MIN(message->parts[i].iov_len, 0xffff);
        offset =
            (uint16_t)(offset + pbuf_copy_partial(p, message->parts[i].iov_base, room, offset));
    }
    return offset;
}

static ssize_t udp_socket_receive(struct file *file, struct message *message)
{
    struct udp_socket *socket = (struct udp_socket *)file;
    int asked = message->flags;

    while (!socket->first) {
        if (socket->socket.error)
            return socket_take_error(&socket->socket);
        if (socket->receiving_ended)
            return 0;
        if (file->nonblocking || asked & MSG_DONTWAIT ||
            !file_wait(file, EPOLLIN, socket_deadline_ns(socket->socket.receive_timeout_ns)))
            return -EAGAIN;
    }
    struct datagram *datagram = socket->first;
    size_t length = datagram->p->tot_len, copied = copy_out(datagram->p, message);
    endpoint_write(&socket->socket, &datagram->from, message->address, message->address_length);
    message->flags = copied < length ? MSG_TRUNC : 0;
    if (!(asked & MSG_PEEK))
        datagram_drop(socket);
    return (ssize_t)(asked & MSG_TRUNC ? length : copied);
}

/* ---- sending --------------------------------------------------------------------------------- */

static struct pbuf *datagram_build(const struct message *message, size_t length)
{
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (uint16_t)length, PBUF_RAM);
    char *to = p ? p->payload : NULL;

    for (int i = 0; p && i < message->count; i++) {
        memcpy(to, message->parts[i].iov_base, message->parts[i].iov_len);
        to += message->parts[i].iov_len;
    }
    return p;
}

static long errno_of(err_t error)
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

static bool is_connected(const struct udp_socket *socket)
{
    return (socket->pcb->flags & UDP_FLAGS_CONNECTED) != 0;
}

static ssize_t udp_socket_send(struct file *file, struct message *message)
{
    struct udp_socket *socket = (struct udp_socket *)file;
    size_t length = message_bytes(message);
    struct endpoint to = {.port = 0};

    if (length > DATAGRAM_MAX_BYTES)
        return -EMSGSIZE;
    if (!message->address && !is_connected(socket))
        return -EDESTADDRREQ;
    if (message->address) {
        long bad = endpoint_read(&socket->socket, &to, message->address, *message->address_length);
        if (bad < 0)
            return bad;
    }
    struct pbuf *p = datagram_build(message, length);
    if (!p)
        return -ENOBUFS;
    err_t error = message->address ? udp_sendto(socket->pcb, p, &to.address, to.port)
                                   : udp_send(socket->pcb, p);
    pbuf_free(p);
    return error == ERR_OK ? (ssize_t)length : errno_of(error);
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

static void udp_file_close(struct file *file)
{
    struct udp_socket *socket = (struct udp_socket *)file;

    udp_remove(socket->pcb);
    socket->receiving_ended = true;
    while (socket->first)
        datagram_drop(socket);
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
    return errno_of(udp_bind(socket->pcb, &local->address, local->port));
}

static long udp_socket_connect(struct socket *base, const struct endpoint *remote)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    return errno_of(udp_connect(socket->pcb, &remote->address, remote->port));
}

static long udp_socket_shutdown(struct socket *base, int how)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    if (!is_connected(socket))
        return -ENOTCONN;
    if (how != SHUT_WR) {
        socket->receiving_ended = true;
        file_raise(&base->file, EPOLLIN | EPOLLRDHUP);
    }
    return 0;
}

static long udp_socket_local(struct socket *base, struct endpoint *endpoint)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    *endpoint =
        (struct endpoint){.address = socket->pcb->local_ip, .port = socket->pcb->local_port};
    if (base->is_v6 && IP_IS_ANY_TYPE_VAL(endpoint->address))
        endpoint->address = *IP6_ADDR_ANY;
    return 0;
}

static long udp_socket_remote(struct socket *base, struct endpoint *endpoint)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    *endpoint =
        (struct endpoint){.address = socket->pcb->remote_ip, .port = socket->pcb->remote_port};
    return is_connected(socket) ? 0 : -ENOTCONN;
}

static long udp_socket_option_set(struct socket *base, int level, int option, int value)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_RCVBUF:
        if (value < 0)
            return -EINVAL;
        socket->queue_limit_bytes = queue_limit((uint64_t)value);
        return 0;
    case SO_BROADCAST:
        if (value)
            ip_set_option(socket->pcb, SOF_BROADCAST);
        else
            ip_reset_option(socket->pcb, SOF_BROADCAST);
        return 0;
    case SO_REUSEADDR:
        if (value)
            ip_set_option(socket->pcb, SOF_REUSEADDR);
        else
            ip_reset_option(socket->pcb, SOF_REUSEADDR);
        return 0;
    case SO_SNDBUF: /* a datagram goes to the device's ring at once */
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

static long udp_socket_option_get(struct socket *base, int level, int option, int *value)
{
    struct udp_socket *socket = (struct udp_socket *)base;

    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_RCVBUF:
        *value = (int)socket->queue_limit_bytes;
        return 0;
    case SO_SNDBUF:
        *value = DATAGRAM_MAX_BYTES;
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

static long udp_file_ioctl(struct file *file, unsigned long request, void *argument)
{
    struct udp_socket *socket = (struct udp_socket *)file;

    if (request != FIONREAD)
        return -ENOTTY;
    *(int *)argument = socket->first ? socket->first->p->tot_len : 0;
    return 0;
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

static const struct file_operations udp_file_operations = {
    .receive = udp_socket_receive,
    .send = udp_socket_send,
    .ioctl = udp_file_ioctl,
    .close = udp_file_close,
    .socket = &udp_operations,
};

struct socket *udp_socket_create(bool is_v6)
{
    struct udp_socket *socket = slab_alloc(&socket_cache);

    if (!socket)
        return NULL;
    *socket = (struct udp_socket){
        .socket.file.operations = &udp_file_operations,
        .socket.file.events = EPOLLOUT,
        .socket.type = SOCK_DGRAM,
        .socket.is_v6 = is_v6,
        .queue_limit_bytes = queue_limit(QUEUE_DEFAULT_BYTES),
        .pcb = udp_new_ip_type(is_v6 ? IPADDR_TYPE_ANY : IPADDR_TYPE_V4),
    };
    if (!socket->pcb) {
        slab_free(socket);
        return NULL;
    }
    udp_recv(socket->pcb, on_datagram, socket);
    return &socket->socket;
}
