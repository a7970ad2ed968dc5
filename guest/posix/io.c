/* Reading and writing (io.h): every variant becomes a struct message. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "descriptor.h"

#define PARTS_MAX 1024 /* IOV_MAX */

static long receive(int fd, struct message *message)
{
    struct file *file = descriptor_file(fd);

    if (!file)
        return -EBADF;
    return file->operations->receive ? file->operations->receive(file, message) : -EINVAL;
}

static long send_message(int fd, struct message *message)
{
    struct file *file = descriptor_file(fd);

    if (!file)
        return -EBADF;
    return file->operations->send ? file->operations->send(file, message) : -EINVAL;
}

long posix_receive(int fd, void *data, size_t length, int flags, struct sockaddr *address,
                   socklen_t *address_length)
{
    struct iovec part = {data, length};
    struct message message = {
        .parts = &part,
        .count = 1,
        .flags = flags,
        .address = address,
        .address_length = address_length,
    };

    return receive(fd, &message);
}

long posix_send(int fd, const void *data, size_t length, int flags, const struct sockaddr *address,
                socklen_t address_length)
{
    struct iovec part = {(void *)data, length};
    struct message message = {
        .parts = &part,
        .count = 1,
        .flags = flags,
        .address = (struct sockaddr *)address,
        .address_length = &address_length,
    };

    return send_message(fd, &message);
}

static struct message message_of(const struct msghdr *header, socklen_t *address_length, int flags)
{
    *address_length = header->msg_name ? header->msg_namelen : 0;
    return (struct message){
        .parts = header->msg_iov,
        .count = header->msg_iovlen,
        .flags = flags,
        .address = header->msg_name,
        .address_length = address_length,
    };
}

long posix_recvmsg(int fd, struct msghdr *header, int flags)
{
    socklen_t address_length;
    struct message message = message_of(header, &address_length, flags);

    if (message.count < 0 || message.count > PARTS_MAX)
        return -EMSGSIZE;
    long result = receive(fd, &message);
    if (result < 0)
        return result;
    header->msg_namelen = address_length;
    header->msg_controllen = 0;
    header->msg_flags = message.flags & MSG_TRUNC;
    return result;
}

long posix_sendmsg(int fd, const struct msghdr *header, int flags)
{
    socklen_t address_length;
    struct message message = message_of(header, &address_length, flags);

    if (message.count < 0 || message.count > PARTS_MAX)
        return -EMSGSIZE;
    return send_message(fd, &message);
}

long posix_read(int fd, void *data, size_t length)
{
    return posix_receive(fd, data, length, 0, NULL, NULL);
}

long posix_write(int fd, const void *data, size_t length)
{
    return posix_send(fd, data, length, 0, NULL, 0);
}

long posix_readv(int fd, const struct iovec *parts, int count)
{
    struct message message = {.parts = parts, .count = count};

    return count < 0 || count > PARTS_MAX ? -EINVAL : receive(fd, &message);
}

long posix_writev(int fd, const struct iovec *parts, int count)
{
    struct message message = {.parts = parts, .count = count};

    return count < 0 || count > PARTS_MAX ? -EINVAL : send_message(fd, &message);
}

long posix_fcntl(int fd, int command, long argument)
{
    struct file *file = descriptor_file(fd);

    if (!file)
        return -EBADF;
    switch (command) {
    case F_GETFL:
        return O_RDWR | (file->nonblocking ? O_NONBLOCK : 0);
    case F_SETFL:
        file->nonblocking = (argument & O_NONBLOCK) != 0;
        return 0;
    case F_GETFD: /* nothing is ever executed */
    case F_SETFD:
        return 0;
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return descriptor_open_from(file, (int)argument);
    default:
        return -EINVAL;
    }
}

long posix_ioctl(int fd, unsigned long request, void *argument)
{
    struct file *file = descriptor_file(fd);

    if (!file)
        return -EBADF;
    if (request == FIONBIO) {
        file->nonblocking = *(int *)argument != 0;
        return 0;
    }
    return file->operations->ioctl ? file->operations->ioctl(file, request, argument) : -ENOTTY;
}

long posix_dup(int fd)
{
    struct file *file = descriptor_file(fd);

    return file ? descriptor_open(file) : -EBADF;
}

long posix_dup_to(int fd, int to)
{
    struct file *file = descriptor_file(fd);

    if (!file || to < 0 || (unsigned)to >= descriptor_limit)
        return -EBADF;
    if (fd == to)
        return to;
    if (descriptor_file(to))
        descriptor_close(to);
    return descriptor_open_from(file, to);
}
