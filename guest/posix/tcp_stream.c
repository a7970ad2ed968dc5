/* TCP sockets: receiving, sending, and when what was sent leaves. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "loop.h"
#include "slab.h"
#include "tcp_demux.h"

#define WRITE_MAX_BYTES 0xffff /* tcp_write() and tcp_recved() count in 16 bits */

/* Waits until an event holds, if the socket and this call may block. 0, or what to return. */
static long wait_for(struct tcp_socket *socket, uint32_t events, const struct message *message,
                     uint64_t timeout_ns)
{
    struct file *file = &socket->socket.file;

    if (file->nonblocking || message->flags & MSG_DONTWAIT)
        return loop_in_vain() ? 0 : -EAGAIN;
    return file_wait(file, events, socket_deadline_ns(timeout_ns));
}

/* ---- receiving ---------------------------------------------------------------------------- */

/* Copies up to length bytes of what has arrived; takes them off unless peeking. */
static size_t take(struct tcp_socket *socket, char *to, size_t length)
{
    size_t taken = 0;

    while (taken < length && socket->received.first) {
        struct pbuf *p = socket->received.first;
        size_t bytes = LWIP_MIN(p->len, length - taken);
        memcpy(to + taken, p->payload, bytes);
        taken += bytes;
        if (bytes < p->len) {
            p->payload = (char *)p->payload + bytes;
            p->len = (uint16_t)(p->len - bytes);
            break;
        }
        socket->received.first = p->next;
        p->next = NULL;
        pbuf_free(p);
    }
    return taken;
}

static size_t peek(const struct tcp_socket *socket, char *to, size_t length)
{
    size_t seen = 0;

    for (struct pbuf *p = socket->received.first; p && seen < length; p = p->next) {
        size_t bytes = LWIP_MIN(p->len, length - seen);
        memcpy(to + seen, p->payload, bytes);
        seen += bytes;
    }
    return seen;
}

/* The window opens by what was read. */
static void window_open(struct tcp_pcb *pcb, size_t bytes)
{
    while (pcb && bytes > 0) {
        uint16_t step = (uint16_t)LWIP_MIN(bytes, WRITE_MAX_BYTES);
        tcp_recved(pcb, step);
        bytes -= step;
    }
}

static size_t receive_parts(struct tcp_socket *socket, const struct message *message)
{
    size_t total = 0;

    if (message->flags & MSG_PEEK)
        return message->count > 0
                   ? peek(socket, message->parts[0].iov_base, message->parts[0].iov_len)
                   : 0;
    for (int i = 0; i < message->count && socket->received.first; i++)
        total += take(socket, message->parts[i].iov_base, message->parts[i].iov_len);
    window_open(socket->pcb, total);
    if (!socket->received.first && !socket->receiving_ended)
        file_lower(&socket->socket.file, EPOLLIN);
    return total;
}

ssize_t tcp_socket_receive(struct file *file, struct message *message)
{
    struct tcp_socket *socket = (struct tcp_socket *)file;

    if (socket->state != TCP_SOCKET_CONNECTED)
        return -ENOTCONN;
    while (!socket->received.first) {
        if (socket->socket.error)
            return socket_take_error(&socket->socket);
        if (socket->receiving_ended || message_bytes(message) == 0)
            return 0;
        long blocked = wait_for(socket, EPOLLIN, message, socket->socket.receive_timeout_ns);
        if (blocked < 0)
            return blocked;
    }
    if (message->address_length)
        *message->address_length = 0;
    return (ssize_t)receive_parts(socket, message);
}

/* ---- sending --------------------------------------------------------------------------------- */

/* snd_buf itself: tcp_sndbuf() ends at 64 KiB, however large the buffer is. */
bool tcp_socket_is_writable(const struct tcp_socket *socket)
{
    const struct tcp_pcb *pcb = socket->pcb;

    return !pcb || (pcb->snd_buf > TCP_SNDLOWAT && tcp_sndqueuelen(pcb) < TCP_SNDQUEUELOWAT);
}

/* How many bytes may be queued now: while memory is short, what keeps the connection going. */
static size_t send_room(const struct tcp_pcb *pcb)
{
    static const uint16_t queued_max[] = {
        [SLAB_MEMORY_AMPLE] = TCP_SND_QUEUELEN,
        [SLAB_MEMORY_SHORT] = 2,
        [SLAB_MEMORY_SCARCE] = 1,
    };
    enum slab_pressure pressure = slab_pressure();

    if (tcp_sndqueuelen(pcb) >= queued_max[pressure])
        return 0;
    return LWIP_MIN(pcb->snd_buf, pressure == SLAB_MEMORY_AMPLE ? WRITE_MAX_BYTES : TCP_MSS);
}

/* Hands lwIP as much as it takes. more: another part of the same message follows. */
static size_t write_part(struct tcp_pcb *pcb, const char *data, size_t length, bool more)
{
    size_t written = 0;

    if (pcb->snd_wnd_max < 2) /* lwIP's segments are of half of it, or else whole; never of less */
        pcb->snd_wnd_max = 2 * pcb->mss;
    while (written < length) {
        size_t bytes = LWIP_MIN(length - written, send_room(pcb));
        uint8_t flags = TCP_WRITE_FLAG_COPY;
        if (more || written + bytes < length)
            flags |= TCP_WRITE_FLAG_MORE;
        if (bytes == 0 || tcp_write(pcb, data + written, (uint16_t)bytes, flags) != ERR_OK)
            break;
        written += bytes;
    }
    return written;
}

static size_t send_parts(struct tcp_socket *socket, const struct message *message, size_t skip)
{
    size_t total = 0;

    tcp_demux_touch(socket->pcb);
    for (int i = 0; i < message->count; i++) {
        const struct iovec *part = &message->parts[i];
        if (skip >= part->iov_len) {
            skip -= part->iov_len;
            continue;
        }
        size_t length = part->iov_len - skip;
        bool more = i + 1 < message->count || message->flags & MSG_MORE;
        size_t written = write_part(socket->pcb, (char *)part->iov_base + skip, length, more);
        total += written;
        skip = 0;
        if (written < length)
            break;
    }
    if (total > 0)
        tcp_socket_output_later(socket);
    else if (tcp_sndqueuelen(socket->pcb) == 0)
        tcp_socket_retry_later(socket);
    if (total == 0 || !tcp_socket_is_writable(socket))
        file_lower(&socket->socket.file, EPOLLOUT);
    return total;
}

ssize_t tcp_socket_send(struct file *file, struct message *message)
{
    struct tcp_socket *socket = (struct tcp_socket *)file;
    size_t length = message_bytes(message), sent = 0;

    for (;;) {
        if (socket->socket.error)
            return sent > 0 ? (ssize_t)sent : socket_take_error(&socket->socket);
        if (socket->state == TCP_SOCKET_CONNECTED && (!socket->pcb || socket->sending_ended))
            return sent > 0 ? (ssize_t)sent : -EPIPE;
        if (socket->state == TCP_SOCKET_NEW || socket->state == TCP_SOCKET_LISTENING)
            return -EPIPE;
        if (socket->state == TCP_SOCKET_CONNECTED && sent < length)
            sent += send_parts(socket, message, sent);
        if (sent == length)
            return (ssize_t)sent;
        long blocked = wait_for(socket, EPOLLOUT, message, socket->socket.send_timeout_ns);
        if (blocked < 0)
            return sent > 0 ? (ssize_t)sent : blocked;
    }
}
