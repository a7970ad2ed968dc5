/* TCP sockets on lwIP's raw API.
 *
 *   tcp_socket.c    birth and death, the callbacks, shutdown
 *   tcp_connect.c   connect
 *   tcp_name.c      the names of both ends
 *   tcp_stream.c    receive and send
 *   tcp_output.c    when what was sent leaves
 *   tcp_listener.c  bind, listen, accept, the backlog
 *   tcp_option.c    options; tcp_option_get.c reads them
 *
 * A socket and its pcb come and go apart: the pcb may be freed by lwIP at any segment or timer
 * (socket->pcb is then NULL, which the error callback sees to), and goes on alone to deliver
 * the last data when the socket is closed first.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_SOCKET_H
#define THRICE_TCP_SOCKET_H

#include "lwip/tcp.h"

#include "list.h"
#include "socket.h"

enum tcp_socket_state {
    TCP_SOCKET_NEW, /* perhaps bound */
    TCP_SOCKET_LISTENING,
    TCP_SOCKET_CONNECTING,
    TCP_SOCKET_CONNECTED, /* and whatever comes after */
};

struct tcp_socket {
    struct socket socket; /* first */
    struct tcp_pcb *pcb;  /* a struct tcp_pcb_listen while listening */
    enum tcp_socket_state state;
    bool sending_ended;   /* shutdown(SHUT_WR) */
    bool receiving_ended; /* the peer's FIN is in, or shutdown(SHUT_RD) */
    bool no_delay;        /* TCP_NODELAY; a listener's children inherit it */
    struct endpoint remote;
    union {
        struct { /* connected: what has arrived and was not read, one pbuf after another */
            struct pbuf *first, *last;
        } received;
        struct { /* listening: connections not yet accepted */
            struct list_link queue;
            uint32_t length, backlog;
        } accepting;
    };
    struct list_link in_accepting; /* in the listener's queue */
    struct list_link in_output;    /* among those with unsent data, or alone */
    struct list_link in_retry;     /* among those who wait for memory, or alone */
};

/* A new socket without a pcb, for socket() and for a connection coming in; NULL: no memory. */
struct tcp_socket *tcp_socket_create(bool is_v6);

/* Makes the pcb of an established connection the socket's. */
void tcp_socket_adopt(struct tcp_socket *socket, struct tcp_pcb *pcb);

/* Has lwIP call the socket back about this pcb. */
void tcp_socket_callbacks_set(struct tcp_socket *socket, struct tcp_pcb *pcb);

/* Ends the connection with a RST, if there still is one, and forgets the pcb. */
void tcp_socket_abort(struct tcp_socket *socket);

/* Frees the socket with whatever it holds; the pcb is gone already or never was. */
void tcp_socket_free(struct tcp_socket *socket);

/* Whether there is room to send that is worth waking someone for. */
bool tcp_socket_is_writable(const struct tcp_socket *socket);

/* tcp_output.c: what was sent leaves when the loop next runs, so that many sends make one round
 * of segments. A socket that had no memory to send, and nothing on its way whose
 * acknowledgement would raise EPOLLOUT, has it raised a little later.
 */
void tcp_socket_output_later(struct tcp_socket *socket);
void tcp_socket_output_forget(struct tcp_socket *socket);
void tcp_socket_output_pending(void);
void tcp_socket_retry_later(struct tcp_socket *socket);
void tcp_socket_retry_forget(struct tcp_socket *socket);

/* tcp_connect.c, tcp_name.c */
long tcp_socket_connect(struct socket *socket, const struct endpoint *remote);
long tcp_socket_local(struct socket *socket, struct endpoint *endpoint);
long tcp_socket_remote(struct socket *socket, struct endpoint *endpoint);

/* tcp_stream.c */
ssize_t tcp_socket_receive(struct file *file, struct message *message);
ssize_t tcp_socket_send(struct file *file, struct message *message);

/* tcp_listener.c. The first: makes a pcb if there is none; -ENOBUFS without memory. */
long tcp_socket_pcb_ensure(struct tcp_socket *socket);
long tcp_socket_bind(struct socket *socket, const struct endpoint *local);
long tcp_socket_listen(struct socket *socket, int backlog);
long tcp_socket_accept(struct socket *socket, struct socket **accepted, struct endpoint *peer);
void tcp_socket_listen_end(struct tcp_socket *socket);

static inline bool tcp_socket_has_connection(const struct tcp_socket *socket)
{
    return socket->pcb && socket->state != TCP_SOCKET_LISTENING;
}

/* tcp_option.c */
long tcp_socket_option_set(struct socket *socket, int level, int option, int value);
long tcp_socket_option_get(struct socket *socket, int level, int option, int *value);

#endif
