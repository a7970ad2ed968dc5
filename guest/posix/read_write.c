/* read, write and their kin by name; the libc's own go by SYSCALL (io.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "io.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "result.h"

ssize_t read(int fd, void *data, size_t length)
{
    return recv(fd, data, length, 0);
}

ssize_t write(int fd, const void *data, size_t length)
{
    return send(fd, data, length, 0);
}

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    return result(posix_readv(fd, parts, count));
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return result(posix_writev(fd, parts, count));
}
