/* TCP sockets: connect. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <errno.h>
#include <sys/epoll.h>

#include "lwip/priv/tcp_priv.h"

#include "tcp_demux.h"

#define PORT_TRIES 100

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
        if (tcp_socket_pcb_ensure(socket) < 0)
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
