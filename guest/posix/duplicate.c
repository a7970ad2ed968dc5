/* fcntl and dup. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "descriptor.h"
#include "result.h"

/* The lowest that is free, from minimum on. */
static long open_from(struct file *file, int minimum)
{
    if (minimum < 0 || (unsigned)minimum >= descriptor_limit)
        return -EINVAL;
    for (unsigned i = (unsigned)minimum; i < descriptor_limit; i++)
        if (!descriptor_table[i])
            return descriptor_take(file, i);
    return -EMFILE;
}

static long control(int fd, int command, long argument)
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
        return open_from(file, (int)argument);
    default:
        return -EINVAL;
    }
}

static long duplicate(int fd)
{
    struct file *file = descriptor_file(fd);

    return file ? descriptor_open(file) : -EBADF;
}

static long duplicate_to(int fd, int to)
{
    struct file *file = descriptor_file(fd);

    if (!file || to < 0 || (unsigned)to >= descriptor_limit)
        return -EBADF;
    if (fd == to)
        return to;
    if (descriptor_file(to))
        descriptor_close(to);
    return descriptor_take(file, (unsigned)to);
}

int fcntl(int fd, int command, ...)
{
    va_list arguments;

    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return (int)result(control(fd, command, argument));
}

int dup(int fd)
{
    return (int)result(duplicate(fd));
}

int dup2(int fd, int to)
{
    return (int)result(duplicate_to(fd, to));
}

int __dup3(int fd, int to, int flags);

int __dup3(int fd, int to, int flags)
{
    return (int)result(fd == to || flags & ~O_CLOEXEC ? -EINVAL : duplicate_to(fd, to));
}

int dup3(int fd, int to, int flags) __attribute__((alias("__dup3")));
