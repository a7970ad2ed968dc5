/* Files: readiness and waiting for it (file.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"

#include <errno.h>

#include "epoll.h"
#include "loop.h"
#include "time.h"

void file_raise(struct file *file, uint32_t events)
{
    file->events |= events;
    for (struct epoll_watch *watch = file->watches; watch; watch = watch->next_of_file)
        if (watch->mask & events)
            epoll_watch_ready(watch);
}

long file_wait(struct file *file, uint32_t events, uint64_t deadline_ns)
{
    for (;;) {
        loop_poll();
        if (file->events & events)
            return 0;
        if (deadline_ns != FILE_NO_DEADLINE && time_monotonic_ns() >= deadline_ns)
            return -EAGAIN;
        if (loop_sleep(deadline_ns) == SIGNAL_INTERRUPT)
            return -EINTR;
    }
}

size_t message_bytes(const struct message *message)
{
    size_t bytes = 0;

    for (int i = 0; i < message->count; i++)
        bytes += message->parts[i].iov_len;
    return bytes;
}
