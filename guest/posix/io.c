/* Reading and writing (io.h): every variant becomes a struct message. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "io.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "descriptor.h"
#include "file.h"
#include "result.h"

long message_receive(int fd, struct message *message)
{
    struct file *file = descriptor_file(fd);

    if (!file)
        return -EBADF;
    return file->operations->receive ? file->operations->receive(file, message) : -EINVAL;
}

long message_send(int fd, struct message *message)
{
    struct file *file = descriptor_file(fd);

    if (!file)
        return -EBADF;
    return file->operations->send ? file->operations->send(file, message) : -EINVAL;
}

ssize_t recv(int fd, void *data, size_t length, int flags)
{
    struct iovec part = {data, length};
    struct message message = {.parts = &part, .count = 1, .flags = flags};

    return result(message_receive(fd, &message));
}

ssize_t send(int fd, const void *data, size_t length, int flags)
{
    struct iovec part = {(void *)data, length};
    struct message message = {.parts = &part, .count = 1, .flags = flags};

    return result(message_send(fd, &message));
}

long posix_readv(int fd, const struct iovec *parts, int count)
{
    struct message message = {.parts = parts, .count = count};

    return count < 0 || count > PARTS_MAX ? -EINVAL : message_receive(fd, &message);
}

long posix_writev(int fd, const struct iovec *parts, int count)
{
    struct message message = {.parts = parts, .count = count};

    return count < 0 || count > PARTS_MAX ? -EINVAL : message_send(fd, &message);
}

int close(int fd)
{
    return (int)result(descriptor_close(fd));
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
