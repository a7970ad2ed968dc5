/* What every socket has, and the socket calls. TCP is in tcp_*.c, UDP in udp_socket.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SOCKET_H
#define THRICE_SOCKET_H

#include "lwip/ip_addr.h"

#include "file.h"

struct socket {
    struct file file; /* first */
    uint8_t type;     /* SOCK_STREAM or SOCK_DGRAM */
    bool is_v6;       /* AF_INET6 */
    bool only_v6;     /* IPV6_V6ONLY: no IPv4 through this socket */
    int error;        /* positive; reported once, by the next call or SO_ERROR */
    uint64_t receive_timeout_ns, send_timeout_ns; /* 0 is for ever */
};

/* An address and port on either side. */
struct endpoint {
    ip_addr_t address;
    uint16_t port;
};

struct socket_operations {
    long (*bind)(struct socket *socket, const struct endpoint *local);
    long (*listen)(struct socket *socket, int backlog);
    /* The next connection (no reference yet); its peer's endpoint. -EAGAIN when there is none. */
    long (*accept)(struct socket *socket, struct socket **accepted, struct endpoint *peer);
    long (*connect)(struct socket *socket, const struct endpoint *remote);
    long (*shutdown)(struct socket *socket, int how);
    /* 0, or -ENOTCONN. */
    long (*local_endpoint)(struct socket *socket, struct endpoint *endpoint);
    long (*remote_endpoint)(struct socket *socket, struct endpoint *endpoint);
    /* One option with an int for its value, or -ENOPROTOOPT. */
    long (*option_set)(struct socket *socket, int level, int option, int value);
    long (*option_get)(struct socket *socket, int level, int option, int *value);
};

/* A deadline for a call on this socket: FILE_NO_DEADLINE, or now plus the timeout. */
uint64_t socket_deadline_ns(uint64_t timeout_ns);

/* The pending error, negated, which is thereby reported; 0 when there is none. */
long socket_take_error(struct socket *socket);

/* sockaddr to endpoint and back. Addresses of IPv4 look like ::ffff:a.b.c.d on an AF_INET6
 * socket. Reading: 0, -EINVAL, or -EAFNOSUPPORT. Writing truncates to the room given and sets
 * the true length, as getsockname() does.
 */
long endpoint_read(const struct socket *socket, struct endpoint *endpoint,
                   const struct sockaddr *address, socklen_t length);
void endpoint_write(const struct socket *socket, const struct endpoint *endpoint,
                    struct sockaddr *address, socklen_t *length);

/* The lwIP type of address that the socket takes: IPADDR_TYPE_V4, _V6 or _ANY. */
uint8_t socket_address_type(const struct socket *socket);

/* The socket of a descriptor; with NULL, *error says why not. */
struct socket *socket_of(int descriptor, long *error);

static inline const struct socket_operations *socket_operations(const struct socket *socket)
{
    return socket->file.operations->socket;
}

#endif
