/* The calls on the path of a request, as plain functions: they take the place of the libc's,
 * which would go through the SYSCALL instruction and the table of syscall.c. Whatever is not
 * here still works, that way.
 *
 * A function here replaces a whole member of libc.a, so all symbols of the member are here.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "descriptor.h"
#include "epoll.h"
#include "io.h"
#include "socket.h"

int __clock_gettime(clockid_t clock, struct timespec *time);

/* A result as the libc's functions give it: -1 and errno for a negated errno. */
static long result(long value)
{
    if (value >= 0)
        return value;
    errno = (int)-value;
    return -1;
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    return (int)result(posix_accept(fd, address, length, 0));
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    return (int)result(posix_accept(fd, address, length, flags));
}

int shutdown(int fd, int how)
{
    return (int)result(posix_shutdown(fd, how));
}

int close(int fd)
{
    return (int)result(descriptor_close(fd));
}

ssize_t recv(int fd, void *data, size_t length, int flags)
{
    return result(posix_receive(fd, data, length, flags, NULL, NULL));
}

ssize_t recvfrom(int fd, void *restrict data, size_t length, int flags,
                 struct sockaddr *restrict address, socklen_t *restrict address_length)
{
    return result(posix_receive(fd, data, length, flags, address, address_length));
}

ssize_t send(int fd, const void *data, size_t length, int flags)
{
    return result(posix_send(fd, data, length, flags, NULL, 0));
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *address,
               socklen_t address_length)
{
    return result(posix_send(fd, data, length, flags, address, address_length));
}

ssize_t read(int fd, void *data, size_t length)
{
    return result(posix_read(fd, data, length));
}

ssize_t write(int fd, const void *data, size_t length)
{
    return result(posix_write(fd, data, length));
}

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    return result(posix_readv(fd, parts, count));
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return result(posix_writev(fd, parts, count));
}

int epoll_create(int size)
{
    return (int)result(size > 0 ? posix_epoll_create(0) : -EINVAL);
}

int epoll_create1(int flags)
{
    return (int)result(posix_epoll_create(flags));
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
    return (int)result(posix_epoll_control(epoll, operation, fd, event));
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
    return (int)result(posix_epoll_wait(epoll, events, room, timeout_ms));
}

int epoll_pwait(int epoll, struct epoll_event *events, int room, int timeout_ms,
                const sigset_t *signals)
{
    (void)signals; /* there are none */
    return (int)result(posix_epoll_wait(epoll, events, room, timeout_ms));
}

int __clock_gettime(clockid_t clock, struct timespec *time)
{
    return (int)result(posix_clock_gettime(clock, time));
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    return (int)result(posix_clock_gettime(clock, time));
}
