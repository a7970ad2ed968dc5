/* TCP sockets: bind, connect, and the names of both ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <sys/epoll.h>

#include "lwip/priv/tcp_priv.h"

#include "tcp_demux.h"

#define PORT_TRIES 100

static long pcb_ensure(struct tcp_socket *socket)
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
    if (pcb_ensure(socket) < 0)
        return -ENOBUFS;
    ip_set_option(socket->pcb, SOF_REUSEADDR);
    err_t error = tcp_bind(socket->pcb, &local->address, local->port);
    return error == ERR_OK ? 0 : error == ERR_USE ? -EADDRINUSE : -EINVAL;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
    struct tcp_socket *socket = argument;

    (void)error;
    tcp_socket_adopt(socket, pcb);
    file_raise(&socket->socket.file, EPOLLOUT);
    return ERR_OK;
}

/* Whether another connection, perhaps one in TIME_WAIT, has the same two ends: lwIP looked for it
 * on its list only.
 */
static bool is_taken(const struct tcp_pcb *pcb)
{
    struct tcp_tuple tuple = {
        .local = &pcb->local_ip,
        .remote = &pcb->remote_ip,
        .local_port = pcb->local_port,
        .remote_port = pcb->remote_port,
    };

    return tcp_table_find(&tuple) != NULL;
}

/* ERR_USE: the pcb is gone. */
static err_t connect_try(struct tcp_socket *socket, const struct endpoint *remote)
{
    struct tcp_pcb *pcb = socket->pcb;

    tcp_input_pcb = pcb; /* for it lwIP sends nothing: the SYN might upset the other connection */
    err_t error = tcp_connect(pcb, &remote->address, remote->port, on_connected);
    tcp_input_pcb = NULL;
    if (error != ERR_OK)
        return error;
    if (is_taken(pcb)) {
        socket->pcb = NULL;
        tcp_abandon(pcb, 0);
        return ERR_USE;
    }
    tcp_socket_callbacks_set(socket, pcb);
    tcp_output(pcb);
    return ERR_OK;
}

static long connect_start(struct tcp_socket *socket, const struct endpoint *remote)
{
    bool was_bound = socket->pcb && socket->pcb->local_port != 0;
    err_t error;
    unsigned tries = was_bound ? 1 : PORT_TRIES;

    do {
        if (pcb_ensure(socket) < 0)
            return -ENOBUFS;
        tcp_demux_begin(NULL);
        error = connect_try(socket, remote);
        tcp_demux_end();
    } while (error == ERR_USE && --tries > 0);
    if (error != ERR_OK)
        return error == ERR_RTE ? -ENETUNREACH : error == ERR_USE ? -EADDRNOTAVAIL : -ENOBUFS;
    socket->state = TCP_SOCKET_CONNECTING;
    file_lower(&socket->socket.file, EPOLLOUT | EPOLLHUP);
    return 0;
}

long tcp_socket_connect(struct socket *base, const struct endpoint *remote)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (socket->state == TCP_SOCKET_CONNECTED && socket->pcb)
        return -EISCONN;
    if (socket->state == TCP_SOCKET_CONNECTING && base->file.nonblocking)
        return -EALREADY;
    if (socket->state == TCP_SOCKET_NEW) {
        long started = connect_start(socket, remote);
        if (started < 0)
            return started;
    }
    if (base->file.nonblocking)
        return -EINPROGRESS;
    long blocked = file_wait(&base->file, EPOLLOUT, socket_deadline_ns(base->send_timeout_ns));
    if (blocked < 0)
        return blocked == -EAGAIN ? -EINPROGRESS : blocked;
    return socket_take_error(base);
}

long tcp_socket_local(struct socket *base, struct endpoint *endpoint)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    *endpoint = (struct endpoint){.address = *IP4_ADDR_ANY};
    if (base->is_v6)
        endpoint->address = *IP6_ADDR_ANY;
    if (socket->pcb) {
        endpoint->address = socket->pcb->local_ip;
        endpoint->port = socket->pcb->local_port;
    }
    return 0;
}

long tcp_socket_remote(struct socket *base, struct endpoint *endpoint)
{
    struct tcp_socket *socket = (struct tcp_socket *)base;

    if (socket->state != TCP_SOCKET_CONNECTED)
        return -ENOTCONN;
    *endpoint = socket->remote;
    return 0;
}
