/* Reading and writing, as far as the libc's stdio asks by the SYSCALL instruction. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_IO_H
#define THRICE_IO_H

#include "file.h"

#define PARTS_MAX 1024 /* IOV_MAX */

/* The message by the file's own operation. */
long message_receive(int fd, struct message *message);
long message_send(int fd, struct message *message);

long posix_readv(int fd, const struct iovec *parts, int count);
long posix_writev(int fd, const struct iovec *parts, int count);
long posix_ioctl(int fd, unsigned long request, void *argument);

#endif
