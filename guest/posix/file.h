/* An open file: anything a descriptor may name (a socket, an epoll instance, the console).
 *
 * Readiness is a state kept up to date (file->events), not a question asked: whoever changes
 * it calls file_raise() or file_lower(), and epoll learns of it there. Nothing ever scans.
 *
 * Functions return a result, or a negated errno, as system calls do.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FILE_H
#define THRICE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

struct file;
struct epoll_watch;
struct socket_operations;

/* What read, recvfrom, recvmsg and their counterparts have in common. */
struct message {
    const struct iovec *parts;
    int count;
    int flags;                 /* in: MSG_* asked for; out: MSG_TRUNC */
    struct sockaddr *address;  /* of the peer, or NULL */
    socklen_t *address_length; /* received: in its room, out its length; sent: its length */
};

struct file_operations {
    ssize_t (*receive)(struct file *file, struct message *message);
    ssize_t (*send)(struct file *file, struct message *message);
    long (*ioctl)(struct file *file, unsigned long request, void *argument);
    off_t (*seek)(struct file *file, off_t offset, int from);
    /* The last descriptor is closed: free everything. */
    void (*close)(struct file *file);
    const struct socket_operations *socket; /* NULL when it is none */
};

struct file {
    const struct file_operations *operations;
    struct epoll_watch *watches; /* who wants to know */
    uint32_t events;             /* EPOLL* that hold now */
    uint32_t references;         /* descriptors */
    bool nonblocking;
};

/* Events begin to hold, or hold anew (more data); events hold no longer. */
void file_raise(struct file *file, uint32_t events);
static inline void file_lower(struct file *file, uint32_t events)
{
    file->events &= ~events;
}

#define FILE_NO_DEADLINE UINT64_MAX

/* Runs the event loop until one of the events holds (0), the monotonic clock has reached
 * deadline_ns (-EAGAIN), or a signal ends the wait (-EINTR).
 */
long file_wait(struct file *file, uint32_t events, uint64_t deadline_ns);

/* The bytes in all parts together. */
size_t message_bytes(const struct message *message);

#endif
