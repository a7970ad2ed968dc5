/* TCP sockets (tcp_socket.h): birth and death, lwIP's callbacks, connect and shutdown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "slab.h"
#include "tcp_demux.h"
#include "tcp_orphan.h"
#include "transmit_queue.h"

#define EVENTS_OF_THE_END (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP)

static struct slab_cache cache = SLAB_CACHE(cache, struct tcp_socket);

static const struct file_operations tcp_file_operations;

struct tcp_socket *tcp_socket_create(bool is_v6)
{
    struct tcp_socket *socket = slab_alloc(&cache);

    if (!socket)
        return NULL;
    *socket = (struct tcp_socket){
        .socket.file.operations = &tcp_file_operations,
        .socket.file.events = EPOLLOUT | EPOLLHUP, /* as Linux has an unconnected socket */
        .socket.type = SOCK_STREAM,
        .socket.is_v6 = is_v6,
    };
    list_init(&socket->in_output);
    list_init(&socket->in_retry);
    return socket;
}

void tcp_socket_free(struct tcp_socket *socket)
{
    tcp_socket_output_forget(socket);
    tcp_socket_retry_forget(socket);
    while (socket->state == TCP_SOCKET_CONNECTED && socket->received.first) {
        struct pbuf *p = socket->received.first;
        socket->received.first = p->next;
        p->next = NULL;
        pbuf_free(p);
    }
    slab_free(socket);
}

/* ---- callbacks: change the socket and the pcb's flags, and send nothing -------------------- */

/* The peer's FIN need not be acknowledged by a segment of its own: in most cases ours follows
 * at once. If not, lwIP's fast timer sends the acknowledgement.
 */
static void acknowledge_later(struct tcp_pcb *pcb)
{
    if (pcb->state != CLOSE_WAIT)
        return;
    tcp_clear_flags(pcb, TF_ACK_NOW);
    tcp_set_flags(pcb, TF_ACK_DELAY);
}

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct tcp_socket *socket = argument;

    (void)error;
    if (!p) {
        acknowledge_later(pcb);
        socket->receiving_ended = true;
        file_raise(&socket->socket.file,
                   EPOLLIN | EPOLLRDHUP | (socket->sending_ended ? EPOLLHUP : 0));
        return ERR_OK;
    }
    if (socket->received.first)
        socket->received.last->next = p;
    else
        socket->received.first = p;
    while (p->next)
        p = p->next;
    socket->received.last = p;
    file_raise(&socket->socket.file, EPOLLIN);
    return ERR_OK;
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, uint16_t length)
{
    struct tcp_socket *socket = argument;

    (void)pcb;
    (void)length;
    if (!(socket->socket.file.events & EPOLLOUT) && tcp_socket_is_writable(socket))
        file_raise(&socket->socket.file, EPOLLOUT);
    return ERR_OK;
}

/* The pcb has gone, or (ERR_CLSD) is going after both sides have ended in good order. */
static void on_error(void *argument, err_t error)
{
    struct tcp_socket *socket = argument;
    bool refused = error == ERR_RST && socket->state == TCP_SOCKET_CONNECTING;

    socket->pcb = NULL;
    socket->receiving_ended = true;
    if (socket->state == TCP_SOCKET_CONNECTING)
        socket->state = TCP_SOCKET_CONNECTED;
    if (error == ERR_CLSD) {
        file_raise(&socket->socket.file, EVENTS_OF_THE_END);
        return;
    }
    socket->socket.error = refused ? ECONNREFUSED : error == ERR_RST ? ECONNRESET : ETIMEDOUT;
    file_raise(&socket->socket.file, EVENTS_OF_THE_END | EPOLLERR);
}

void tcp_socket_callbacks_set(struct tcp_socket *socket, struct tcp_pcb *pcb)
{
    tcp_arg(pcb, socket);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
}

/* The pcb goes on alone: what still arrives is lwIP's to drop. */
static void callbacks_clear(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
}

void tcp_socket_adopt(struct tcp_socket *socket, struct tcp_pcb *pcb)
{
    socket->pcb = pcb;
    socket->state = TCP_SOCKET_CONNECTED;
    socket->received.first = NULL;
    socket->socket.file.events = EPOLLOUT;
    socket->remote = (struct endpoint){.address = pcb->remote_ip, .port = pcb->remote_port};
    tcp_socket_callbacks_set(socket, pcb);
}

/* ---- the end -------------------------------------------------------------------------------- */

void tcp_socket_abort(struct tcp_socket *socket)
{
    struct tcp_pcb *pcb = socket->pcb;

    socket->pcb = NULL;
    if (!pcb)
        return;
    callbacks_clear(pcb);
    tcp_demux_begin(pcb);
    tcp_abort(pcb);
    tcp_demux_end();
}

/* In good order: what was sent is delivered first. With data unread lwIP sends a RST, as Linux
 * does, because the peer would else believe that it was taken. A peer that has ended and has got
 * all that it asked for is in no hurry to hear our FIN.
 */
static void pcb_close(struct tcp_pcb *pcb)
{
    callbacks_clear(pcb);
    tcp_orphan_watch(pcb);
    tcp_demux_begin(pcb);
    transmit_queue_may_wait(pcb->state == CLOSE_WAIT && !pcb->unsent && !pcb->unacked);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
    transmit_queue_may_wait(false);
    tcp_demux_end();
}

static void tcp_file_close(struct file *file)
{
    struct tcp_socket *socket = (struct tcp_socket *)file;

    if (socket->state == TCP_SOCKET_LISTENING)
        tcp_socket_listen_end(socket);
    else if (socket->pcb)
        pcb_close(socket->pcb);
    socket->pcb = NULL;
    tcp_socket_free(socket);
}

static long sending_end(struct tcp_socket *socket)
{
    if (socket->sending_ended)
        return 0;
    socket->sending_ended = true;
    tcp_socket_output_forget(socket);
    tcp_demux_begin(socket->pcb);
    err_t error = tcp_shutdown(socket->pcb, 0, 1);
    tcp_demux_end();
    file_raise(&socket->socket.file, EPOLLOUT | (socket->receiving_ended ? EPOLLHUP : 0));
    return error == ERR_OK ? 0 : -ENOTCONN;
}

/* SHUT_RD only makes reads end here: lwIP would reset the connection at the next data, which
 * Linux does not.
 */
static long tcp_socket_shutdown(struct socket *base, int how)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
        return -EINVAL;
    if (socket->state != TCP_SOCKET_CONNECTED || !socket->pcb)
        return -ENOTCONN;
    if (how != SHUT_WR) {
        socket->receiving_ended = true;
        file_raise(&base->file, EPOLLIN | EPOLLRDHUP);
    }
    return how == SHUT_RD ? 0 : sending_end(socket);
}

/* ---- operations ------------------------------------------------------------------------- */

static long tcp_file_ioctl(struct file *file, unsigned long request, void *argument)
{
    struct tcp_socket *socket = (struct tcp_socket *)file;
    int bytes = 0;

    if (request != FIONREAD || socket->state != TCP_SOCKET_CONNECTED)
        return -ENOTTY;
    for (struct pbuf *p = socket->received.first; p; p = p->next)
        bytes += p->len;
    *(int *)argument = bytes;
    return 0;
}

/* Linked with the calls that need them (result.h). */
#pragma weak tcp_socket_connect
#pragma weak tcp_socket_local
#pragma weak tcp_socket_remote
#pragma weak tcp_socket_option_get

static const struct socket_operations tcp_operations = {
    .bind = tcp_socket_bind,
    .listen = tcp_socket_listen,
    .accept = tcp_socket_accept,
    .connect = tcp_socket_connect,
    .shutdown = tcp_socket_shutdown,
    .local_endpoint = tcp_socket_local,
    .remote_endpoint = tcp_socket_remote,
    .option_set = tcp_socket_option_set,
    .option_get = tcp_socket_option_get,
};

static const struct file_operations tcp_file_operations = {
    .receive = tcp_socket_receive,
    .send = tcp_socket_send,
    .ioctl = tcp_file_ioctl,
    .close = tcp_file_close,
    .socket = &tcp_operations,
};
