/* Steps of a packet through TCP's sockets, and the calls of the payload. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include "file.h"
#include "tcp_socket.h"

TRACE_WRAP(void, file_raise, struct file *file, uint32_t events)
{
    trace_step("socket", "%p has become%s%s%s%s", (void *)file, events & EPOLLIN ? " readable" : "",
               events & EPOLLOUT ? " writable" : "",
               events & EPOLLRDHUP ? " ended by its peer" : "", events & EPOLLERR ? " bad" : "");
    __real_file_raise(file, events);
}

TRACE_WRAP(long, tcp_socket_receive, struct file *file, struct message *message)
{
    long result = __real_tcp_socket_receive(file, message);

    trace_step("socket", "%p gives %ld", (void *)file, result);
    return result;
}

TRACE_WRAP(long, tcp_socket_send, struct file *file, struct message *message)
{
    long result = __real_tcp_socket_send(file, message);

    trace_step("socket", "%p takes %ld", (void *)file, result);
    return result;
}

TRACE_WRAP(int, epoll_wait, int epoll, struct epoll_event *events, int room, int timeout_ms)
{
    int count = __real_epoll_wait(epoll, events, room, timeout_ms);

    if (count > 0)
        trace_step("payload", "epoll_wait(%d) has %d events", epoll, count);
    return count;
}

TRACE_WRAP(int, accept4, int listener, struct sockaddr *address, socklen_t *length, int flags)
{
    int fd = __real_accept4(listener, address, length, flags);

    trace_step("payload", "accept4(%d) is %d", listener, fd);
    return fd;
}

TRACE_WRAP(ssize_t, recv, int fd, void *data, size_t length, int flags)
{
    ssize_t result = __real_recv(fd, data, length, flags);

    trace_step("payload", "recv(%d, %zu bytes) is %ld", fd, length, (long)result);
    return result;
}

TRACE_WRAP(ssize_t, send, int fd, const void *data, size_t length, int flags)
{
    trace_step("payload", "send(%d, %zu bytes)", fd, length);
    return __real_send(fd, data, length, flags);
}

TRACE_WRAP(int, close, int fd)
{
    trace_step("payload", "close(%d)", fd);
    return __real_close(fd);
}
