/* TCP sockets: when what was sent leaves, and who tries again because there was no memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_socket.h"

#include <stddef.h>
#include <sys/epoll.h>

#include "lwip/timeouts.h"

#define RETRY_MS 100

static struct list_link output = LIST_EMPTY(output); /* those with unsent data */
static struct list_link retry = LIST_EMPTY(retry);   /* those who wait for memory */

/* A link that is on no list is a list of itself. */
static void leave(struct list_link *link)
{
    list_remove(link);
    list_init(link);
}

void tcp_socket_output_later(struct tcp_socket *socket)
{
    if (list_is_empty(&socket->in_output))
        list_append(&output, &socket->in_output);
}

void tcp_socket_output_forget(struct tcp_socket *socket)
{
    leave(&socket->in_output);
}

void tcp_socket_output_pending(void)
{
    while (!list_is_empty(&output)) {
        struct tcp_socket *socket = LIST_OF(output.next, struct tcp_socket, in_output);
        leave(&socket->in_output);
        if (socket->pcb)
            tcp_output(socket->pcb);
    }
}

static void retry_all(void *unused)
{
    (void)unused;
    while (!list_is_empty(&retry)) {
        struct tcp_socket *socket = LIST_OF(retry.next, struct tcp_socket, in_retry);
        leave(&socket->in_retry);
        file_raise(&socket->socket.file, EPOLLOUT);
    }
}

void tcp_socket_retry_later(struct tcp_socket *socket)
{
    if (list_is_empty(&retry))
        sys_timeout(RETRY_MS, retry_all, NULL);
    if (list_is_empty(&socket->in_retry))
        list_append(&retry, &socket->in_retry);
}

void tcp_socket_retry_forget(struct tcp_socket *socket)
{
    if (list_is_empty(&socket->in_retry))
        return;
    leave(&socket->in_retry);
    if (list_is_empty(&retry))
        sys_untimeout(retry_all, NULL);
}
