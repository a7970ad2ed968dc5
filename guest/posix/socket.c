/* The socket calls: from a descriptor to the protocol's operations. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>

#include "console.h"
#include "descriptor.h"
#include "loop.h"
#include "net.h"
#include "result.h"
#include "tcp_socket.h"
#include "time.h"
#include "udp_socket.h"

#pragma weak udp_socket_create /* see result.h */

uint64_t socket_deadline_ns(uint64_t timeout_ns)
{
    return timeout_ns == 0 ? FILE_NO_DEADLINE : time_monotonic_ns() + timeout_ns;
}

long socket_take_error(struct socket *socket)
{
    int error = socket->error;

    socket->error = 0;
    file_lower(&socket->file, EPOLLERR);
    return -error;
}

struct socket *socket_of(int descriptor, long *error)
{
    struct file *file = descriptor_file(descriptor);

    *error = file ? -ENOTSOCK : -EBADF;
    return file && file->operations->socket ? (struct socket *)file : NULL;
}

static long descriptor_for(struct socket *socket, int flags)
{
    socket->file.nonblocking = (flags & SOCK_NONBLOCK) != 0;
    return descriptor_open(&socket->file);
}

static long socket_new(int domain, int type, int protocol)
{
    struct socket *socket;
    int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (domain != AF_INET && domain != AF_INET6)
        return -EAFNOSUPPORT;
    if (!net_exists())
        return -ENETDOWN;
    if (kind == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP)) {
        struct tcp_socket *tcp = tcp_socket_create(domain == AF_INET6);
        socket = tcp ? &tcp->socket : NULL;
    } else if (kind == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP)) {
        if (!udp_socket_create) {
            console_printf("posix: no UDP sockets in this image: its program calls none of "
                           "sendto, recvfrom, sendmsg, recvmsg, connect\n");
            return -EPROTONOSUPPORT;
        }
        socket = udp_socket_create(domain == AF_INET6);
    } else {
        return -EPROTONOSUPPORT;
    }
    if (!socket)
        return -ENOMEM;
    long descriptor = descriptor_for(socket, type);
    if (descriptor < 0)
        socket->file.operations->close(&socket->file);
    return descriptor;
}

int socket(int domain, int type, int protocol)
{
    return (int)result(socket_new(domain, type, protocol));
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    struct endpoint local;
    long error;
    struct socket *socket = socket_of(fd, &error);

    if (socket)
        error = endpoint_read(socket, &local, address, length);
    if (error == 0)
        error = socket_operations(socket)->bind(socket, &local);
    return (int)result(error);
}

int listen(int fd, int backlog)
{
    long error;
    struct socket *socket = socket_of(fd, &error);

    if (socket)
        error = socket_operations(socket)->listen
                    ? socket_operations(socket)->listen(socket, backlog)
                    : -EOPNOTSUPP;
    return (int)result(error);
}

/* The next connection, waited for if the socket may block. */
static long accept_next(struct socket *listener, struct socket **accepted, struct endpoint *peer)
{
    for (;;) {
        long result = socket_operations(listener)->accept(listener, accepted, peer);
        if (result != -EAGAIN)
            return result;
        if (listener->file.nonblocking) {
            if (loop_in_vain())
                continue;
            return result;
        }
        result =
            file_wait(&listener->file, EPOLLIN, socket_deadline_ns(listener->receive_timeout_ns));
        if (result < 0)
            return result;
    }
}

static long accept_from(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    struct socket *accepted;
    struct endpoint peer;
    long error;
    struct socket *listener = socket_of(fd, &error);

    if (!listener)
        return error;
    if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
        return -EINVAL;
    if (!socket_operations(listener)->accept)
        return -EOPNOTSUPP;
    if (descriptor_table_is_full())
        return -EMFILE; /* before a connection leaves the queue */
    error = accept_next(listener, &accepted, &peer);
    if (error < 0)
        return error;
    endpoint_write(accepted, &peer, address, length);
    return descriptor_for(accepted, flags);
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    return (int)result(accept_from(fd, address, length, 0));
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    return (int)result(accept_from(fd, address, length, flags));
}

int shutdown(int fd, int how)
{
    long error;
    struct socket *socket = socket_of(fd, &error);

    return (int)result(socket ? socket_operations(socket)->shutdown(socket, how) : error);
}
