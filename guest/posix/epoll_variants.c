/* The older and the longer forms of epoll's calls. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/epoll.h>

#include "result.h"

int epoll_create(int size)
{
    return size > 0 ? epoll_create1(0) : (int)result(-EINVAL);
}

int epoll_pwait(int epoll, struct epoll_event *events, int room, int timeout_ms,
                const sigset_t *signals)
{
    (void)signals; /* there are none */
    return epoll_wait(epoll, events, room, timeout_ms);
}
