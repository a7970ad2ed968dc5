/* TCP sockets: when what was sent leaves, and who tries again because there was no memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <stddef.h>
#include <sys/epoll.h>

#include "lwip/timeouts.h"

#define RETRY_MS 100

static struct tcp_socket *output_first; /* those with unsent data */
static struct tcp_socket *retry_first;  /* those who wait for memory */

void tcp_socket_output_later(struct tcp_socket *socket)
{
    if (socket->output_pending)
        return;
    socket->output_pending = true;
    socket->next_output = output_first;
    output_first = socket;
}

void tcp_socket_output_forget(struct tcp_socket *socket)
{
    if (!socket->output_pending)
        return;
    struct tcp_socket **link = &output_first;
    while (*link != socket)
        link = &(*link)->next_output;
    *link = socket->next_output;
    socket->output_pending = false;
}

void tcp_socket_output_pending(void)
{
    while (output_first) {
        struct tcp_socket *socket = output_first;
        output_first = socket->next_output;
        socket->output_pending = false;
        if (socket->pcb)
            tcp_output(socket->pcb);
    }
}

static void retry(void *unused)
{
    (void)unused;
    while (retry_first) {
        struct tcp_socket *socket = retry_first;
        retry_first = socket->next_retry;
        socket->retry_pending = false;
        file_raise(&socket->socket.file, EPOLLOUT);
    }
}

void tcp_socket_retry_later(struct tcp_socket *socket)
{
    if (socket->retry_pending)
        return;
    if (!retry_first)
        sys_timeout(RETRY_MS, retry, NULL);
    socket->retry_pending = true;
    socket->next_retry = retry_first;
    retry_first = socket;
}

void tcp_socket_retry_forget(struct tcp_socket *socket)
{
    if (!socket->retry_pending)
        return;
    struct tcp_socket **link = &retry_first;
    while (*link != socket)
        link = &(*link)->next_retry;
    *link = socket->next_retry;
    socket->retry_pending = false;
    if (!retry_first)
        sys_untimeout(retry, NULL);
}
