/* poll and select: run the loop until a look at the descriptors finds something. */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <poll.h>

#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "clock.h"
#include "descriptor.h"
#include "loop.h"
#include "result.h"
#include "time.h"

#define MS_PER_S  1000
#define NS_PER_MS 1000000l
#define NS_PER_US 1000l

/* POLL* and EPOLL* are the same numbers. */
static short events_of(int descriptor, short wanted)
{
    const struct file *file = descriptor_file(descriptor);

    return file ? (short)(file->events & ((uint32_t)wanted | POLLERR | POLLHUP)) : POLLNVAL;
}

static long poll_look(struct pollfd *descriptors, unsigned long count)
{
    long found = 0;

    for (unsigned long i = 0; i < count; i++) {
        struct pollfd *one = &descriptors[i];
        one->revents = one->fd < 0 ? 0 : events_of(one->fd, one->events);
        if (one->revents != 0)
            found++;
    }
    return found;
}

/* Waits. 1: look again; 0: the deadline is past; -EINTR. */
static long wait_more(uint64_t deadline_ns)
{
    if (deadline_ns != FILE_NO_DEADLINE && time_monotonic_ns() >= deadline_ns)
        return 0;
    return loop_sleep(deadline_ns) == SIGNAL_NONE ? 1 : -EINTR;
}

static long poll_until(struct pollfd *descriptors, unsigned long count, uint64_t deadline_ns)
{
    for (;;) {
        loop_poll();
        long found = poll_look(descriptors, count);
        if (found > 0)
            return found;
        long more = wait_more(deadline_ns);
        if (more <= 0)
            return more;
    }
}

/* Moves to `found` what of `wanted` holds. */
static long select_look(int count, const fd_set *wanted, fd_set *found, short events)
{
    long total = 0;

    FD_ZERO(found);
    for (int fd = 0; wanted && fd < count; fd++) {
        if (!FD_ISSET(fd, wanted))
            continue;
        short holds = events_of(fd, events);
        if (holds & POLLNVAL)
            return -EBADF;
        if (holds & events) {
            FD_SET(fd, found);
            total++;
        }
    }
    return total;
}

static long select_until(int count, fd_set *readable, fd_set *writable, fd_set *exceptional,
                         uint64_t deadline_ns)
{
    fd_set can_read, can_write;

    if (count < 0 || count > FD_SETSIZE)
        return -EINVAL;
    for (;;) {
        loop_poll();
        long reads = select_look(count, readable, &can_read, POLLIN | POLLHUP | POLLERR);
        long writes = select_look(count, writable, &can_write, POLLOUT | POLLERR);
        if (reads < 0 || writes < 0)
            return -EBADF;
        long more = reads + writes == 0 ? wait_more(deadline_ns) : 0;
        if (more < 0)
            return more;
        if (more > 0)
            continue;
        if (readable)
            *readable = can_read;
        if (writable)
            *writable = can_write;
        if (exceptional)
            FD_ZERO(exceptional);
        return reads + writes;
    }
}

int poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    struct timespec time = {timeout_ms / MS_PER_S, timeout_ms % MS_PER_S * NS_PER_MS};
    uint64_t deadline_ns = deadline_after(timeout_ms < 0 ? NULL : &time);

    return (int)result(poll_until(descriptors, count, deadline_ns));
}

int ppoll(struct pollfd *descriptors, nfds_t count, const struct timespec *timeout,
          const sigset_t *signals)
{
    (void)signals;
    return (int)result(poll_until(descriptors, count, deadline_after(timeout)));
}

int select(int count, fd_set *restrict readable, fd_set *restrict writable,
           fd_set *restrict exceptional, struct timeval *restrict timeout)
{
    struct timespec time = {0};

    if (timeout)
        time = (struct timespec){timeout->tv_sec, timeout->tv_usec * NS_PER_US};
    return (int)result(select_until(count, readable, writable, exceptional,
                                    deadline_after(timeout ? &time : NULL)));
}

int pselect(int count, fd_set *restrict readable, fd_set *restrict writable,
            fd_set *restrict exceptional, const struct timespec *restrict timeout,
            const sigset_t *restrict signals)
{
    (void)signals;
    return (int)result(
        select_until(count, readable, writable, exceptional, deadline_after(timeout)));
}
