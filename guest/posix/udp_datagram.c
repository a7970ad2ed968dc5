/* UDP sockets: the queue of what has arrived, receiving and sending. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "loop.h"
#include "memory.h"
#include "net.h"
#include "net_report.h"
#include "slab.h"
#include "time.h"

#define DATAGRAM_COST_BYTES   2048 /* what one counts for besides its contents: a receive buffer */
#define QUEUE_DATAGRAMS_MIN   16
#define QUEUE_MEMORY_FRACTION 16 /* of the machine's memory, at most, for one queue */
#define FLUSH_DATAGRAMS       64
#define RETRY_NS              10000000ull /* for memory, of which nobody tells that it is back */

struct udp_datagram {
    struct udp_datagram *next;
    struct pbuf *p;
    struct endpoint from;
};

static struct slab_cache cache = SLAB_CACHE(cache, struct udp_datagram);

uint32_t udp_queue_limit_bytes(uint64_t wanted_bytes)
{
    uint64_t most = memory_total_bytes() / QUEUE_MEMORY_FRACTION;

    return (uint32_t)LWIP_MAX(LWIP_MIN(wanted_bytes, most),
                              QUEUE_DATAGRAMS_MIN * DATAGRAM_COST_BYTES);
}

static void queue_append(struct udp_socket *socket, struct udp_datagram *datagram)
{
    if (socket->first)
        socket->last->next = datagram;
    else
        socket->first = datagram;
    socket->last = datagram;
    socket->queue_bytes += DATAGRAM_COST_BYTES + datagram->p->tot_len;
}

static void queue_drop_first(struct udp_socket *socket)
{
    struct udp_datagram *datagram = socket->first;

    socket->first = datagram->next;
    socket->queue_bytes -= DATAGRAM_COST_BYTES + datagram->p->tot_len;
    pbuf_free(datagram->p);
    slab_free(datagram);
}

void udp_socket_drop_all(struct udp_socket *socket)
{
    while (socket->first)
        queue_drop_first(socket);
}

/* lwIP's callback: a datagram has arrived. */
void udp_socket_on_datagram(void *argument, struct udp_pcb *pcb, struct pbuf *p,
                            const ip_addr_t *from, uint16_t port)
{
    struct udp_socket *socket = argument;
    struct udp_datagram *datagram = NULL;

    (void)pcb;
    if (socket->queue_bytes < socket->queue_limit_bytes)
        datagram = slab_alloc(&cache);
    if (!datagram) {
        net_drops.socket_full++;
        pbuf_free(p);
        return;
    }
    *datagram = (struct udp_datagram){.p = p, .from = {.address = *from, .port = port}};
    queue_append(socket, datagram);
    file_raise(&socket->socket.file, EPOLLIN);
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

ssize_t udp_socket_receive(struct file *file, struct message *message)
{
    struct udp_socket *socket = (struct udp_socket *)file;
    int asked = message->flags;

    while (!socket->first) {
        if (socket->socket.error)
            return socket_take_error(&socket->socket);
        if (socket->receiving_ended)
            return 0;
        if (file->nonblocking || asked & MSG_DONTWAIT) {
            if (loop_in_vain())
                continue;
            return -EAGAIN;
        }
        long blocked =
            file_wait(file, EPOLLIN, socket_deadline_ns(socket->socket.receive_timeout_ns));
        if (blocked < 0)
            return blocked;
    }
    struct udp_datagram *datagram = socket->first;
    size_t length = datagram->p->tot_len, copied = copy_out(datagram->p, message);
    endpoint_write(&socket->socket, &datagram->from, message->address, message->address_length);
    message->flags = copied < length ? MSG_TRUNC : 0;
    if (!(asked & MSG_PEEK))
        queue_drop_first(socket);
    if (!socket->first && !socket->receiving_ended)
        file_lower(file, EPOLLIN);
    return (ssize_t)(asked & MSG_TRUNC ? length : copied);
}

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

/* A program that only sends never enters the loop: the NIC is shown its datagrams now and then. */
static err_t datagram_send(struct udp_socket *socket, const struct message *message, size_t length,
                           const struct endpoint *to)
{
    static unsigned unflushed;
    struct pbuf *p = datagram_build(message, length);

    if (!p)
        return ERR_MEM;
    err_t error = message->address ? udp_sendto(socket->pcb, p, &to->address, to->port)
                                   : udp_send(socket->pcb, p);
    pbuf_free(p);
    if (++unflushed >= FLUSH_DATAGRAMS) {
        unflushed = 0;
        net_flush();
    }
    return error;
}

/* The NIC's queue or the memory is full. Waits a little, if the call may block. 0, or what to
 * return.
 */
static long wait_for_room(const struct file *file, int flags, uint64_t deadline_ns)
{
    uint64_t now_ns = time_monotonic_ns();

    if (file->nonblocking || flags & MSG_DONTWAIT || now_ns >= deadline_ns)
        return -EAGAIN;
    return loop_sleep(LWIP_MIN(deadline_ns, now_ns + RETRY_NS)) == SIGNAL_INTERRUPT ? -EINTR : 0;
}

static ssize_t datagram_deliver(struct udp_socket *socket, const struct message *message,
                                size_t length, const struct endpoint *to)
{
    err_t error = datagram_send(socket, message, length, to);
    uint64_t deadline_ns = 0;

    while (error == ERR_MEM) {
        if (deadline_ns == 0)
            deadline_ns = socket_deadline_ns(socket->socket.send_timeout_ns);
        loop_poll();
        error = datagram_send(socket, message, length, to);
        if (error != ERR_MEM)
            break;
        long blocked = wait_for_room(&socket->socket.file, message->flags, deadline_ns);
        if (blocked < 0)
            return blocked;
    }
    return error == ERR_OK ? (ssize_t)length : udp_errno(error);
}

ssize_t udp_socket_send(struct file *file, struct message *message)
{
    struct udp_socket *socket = (struct udp_socket *)file;
    size_t length = message_bytes(message);
    struct endpoint to = {.port = 0};

    if (length > UDP_DATAGRAM_MAX_BYTES)
        return -EMSGSIZE;
    if (!message->address && !udp_socket_is_connected(socket))
        return -EDESTADDRREQ;
    if (message->address) {
        long bad = endpoint_read(&socket->socket, &to, message->address, *message->address_length);
        if (bad < 0)
            return bad;
        if (to.port == 0)
            return -EINVAL;
    }
    return datagram_deliver(socket, message, length, &to);
}

long udp_socket_ioctl(struct file *file, unsigned long request, void *argument)
{
    const struct udp_socket *socket = (struct udp_socket *)file;

    if (request != FIONREAD)
        return -ENOTTY;
    *(int *)argument = socket->first ? socket->first->p->tot_len : 0;
    return 0;
}
