/* poll and select: on top of the files' events; both look at every descriptor given. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_POLL_H
#define THRICE_POLL_H

#include <poll.h>
#include <stdint.h>
#include <sys/select.h>

long posix_poll(struct pollfd *descriptors, unsigned long count, uint64_t deadline_ns);
long posix_select(int count, fd_set *readable, fd_set *writable, fd_set *exceptional,
                  uint64_t deadline_ns);

#endif
