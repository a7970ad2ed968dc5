/* TCP sockets: bind, listen, accept and the backlog.
 *
 * lwIP's own backlog ends at 255. Here a SYN is refused (dropped, so that the client tries
 * again) while the queue of connections not yet accepted is as long as listen() said, or memory
 * is scarce. Unfinished handshakes are bounded by tcp_half_open.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <sys/epoll.h>

#include "neighbour.h"
#include "net_limits.h"
#include "net_report.h"
#include "slab.h"
#include "tcp_demux.h"
#include "tcp_half_open.h"

long tcp_socket_pcb_ensure(struct tcp_socket *socket)
{
    if (socket->pcb)
        return 0;
    tcp_demux_begin(NULL);
    socket->pcb = tcp_new_ip_type(socket_address_type(&socket->socket));
    tcp_demux_end();
    if (!socket->pcb)
        return -ENOBUFS;
    if (socket->no_delay)
        tcp_nagle_disable(socket->pcb);
    return 0;
}

long tcp_socket_bind(struct socket *base, const struct endpoint *local)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (socket->state != TCP_SOCKET_NEW || (socket->pcb && socket->pcb->local_port != 0))
        return -EINVAL;
    if (tcp_socket_pcb_ensure(socket) < 0)
        return -ENOBUFS;
    ip_set_option(socket->pcb, SOF_REUSEADDR);
    err_t error = tcp_bind(socket->pcb, &local->address, local->port);
    return error == ERR_OK ? 0 : error == ERR_USE ? -EADDRINUSE : -EINVAL;
}

static uint8_t half_open_id;

static err_t on_syn(uint8_t id, struct tcp_pcb_listen *listener, struct tcp_pcb *pcb)
{
    const struct tcp_socket *socket = listener->callback_arg;

    if (socket->accepting.length >= socket->accepting.backlog ||
        slab_pressure() == SLAB_MEMORY_SCARCE) {
        net_drops.backlog_full++;
        return ERR_MEM;
    }
    neighbour_learn_sender();
    return tcp_half_open_begin(id, pcb);
}

static const struct tcp_ext_arg_callbacks listener_callbacks = {.passive_open = on_syn};

/* The handshake is complete. */
static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error)
{
    struct tcp_socket *listener = argument;

    if (error != ERR_OK || !pcb)
        return ERR_MEM; /* lwIP had no memory for the SYN; it has counted that */
    struct tcp_socket *socket = tcp_socket_create(listener->socket.is_v6);
    if (!socket)
        return ERR_MEM;
    tcp_half_open_complete(half_open_id, pcb);
    tcp_socket_adopt(socket, pcb);
    socket->no_delay = listener->no_delay;
    if (socket->no_delay)
        tcp_nagle_disable(pcb);
    list_append(&listener->accepting.queue, &socket->in_accepting);
    listener->accepting.length++;
    file_raise(&listener->socket.file, EPOLLIN);
    return ERR_OK;
}

static struct tcp_socket *accepting_pop(struct tcp_socket *listener)
{
    struct list_link *queue = &listener->accepting.queue;

    if (list_is_empty(queue))
        return NULL;
    struct tcp_socket *socket = LIST_OF(queue->next, struct tcp_socket, in_accepting);
    list_remove(&socket->in_accepting);
    listener->accepting.length--;
    if (list_is_empty(queue))
        file_lower(&listener->socket.file, EPOLLIN);
    return socket;
}

static uint32_t backlog_clamp(int backlog)
{
    uint32_t limit = net_limits.connections / 2;

    return backlog < 1 ? 1 : (uint32_t)backlog < limit ? (uint32_t)backlog : limit;
}

long tcp_socket_listen(struct socket *base, int backlog)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (socket->state == TCP_SOCKET_LISTENING) {
        socket->accepting.backlog = backlog_clamp(backlog);
        return 0;
    }
    if (socket->state != TCP_SOCKET_NEW || !socket->pcb || socket->pcb->local_port == 0)
        return -EINVAL; /* Linux would choose a port: nobody could know it */
    static bool has_id;
    if (!has_id)
        half_open_id = tcp_ext_arg_alloc_id();
    has_id = true;
    tcp_arg(socket->pcb, socket);
    tcp_ext_arg_set_callbacks(socket->pcb, half_open_id, &listener_callbacks);
    struct tcp_pcb *listener = tcp_listen_with_backlog(socket->pcb, 0);
    if (!listener)
        return -EADDRINUSE;
    socket->pcb = listener;
    socket->state = TCP_SOCKET_LISTENING;
    list_init(&socket->accepting.queue);
    socket->accepting.length = 0;
    socket->accepting.backlog = backlog_clamp(backlog);
    socket->socket.file.events = 0;
    tcp_accept(listener, on_accept);
    return 0;
}

long tcp_socket_accept(struct socket *base, struct socket **accepted, struct endpoint *peer)
{
    struct tcp_socket *listener = (struct tcp_socket *)base;

    if (listener->state != TCP_SOCKET_LISTENING)
        return -EINVAL;
    struct tcp_socket *socket = accepting_pop(listener);
    if (!socket)
        return -EAGAIN;
    *accepted = &socket->socket;
    *peer = socket->remote;
    return 0;
}

void tcp_socket_listen_end(struct tcp_socket *listener)
{
    struct tcp_socket *socket;

    tcp_close(listener->pcb); /* never fails for a listening pcb */
    while ((socket = accepting_pop(listener))) {
        tcp_socket_abort(socket);
        tcp_socket_free(socket);
    }
}
