/* Reading, writing and the life of descriptors. Results, or negated errnos. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_IO_H
#define THRICE_IO_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>

long posix_receive(int fd, void *data, size_t length, int flags, struct sockaddr *address,
                   socklen_t *address_length);
long posix_send(int fd, const void *data, size_t length, int flags, const struct sockaddr *address,
                socklen_t address_length);
long posix_recvmsg(int fd, struct msghdr *header, int flags);
long posix_sendmsg(int fd, const struct msghdr *header, int flags);

/* The same on any file, without flags. */
long posix_read(int fd, void *data, size_t length);
long posix_write(int fd, const void *data, size_t length);
long posix_readv(int fd, const struct iovec *parts, int count);
long posix_writev(int fd, const struct iovec *parts, int count);

long posix_fcntl(int fd, int command, long argument);
long posix_ioctl(int fd, unsigned long request, void *argument);
long posix_dup(int fd);
long posix_dup_to(int fd, int to);

#endif
