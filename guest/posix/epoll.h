/* epoll: level and edge triggered, EPOLLONESHOT; EPOLLEXCLUSIVE and EPOLLWAKEUP mean nothing
 * with one thread.
 *
 * A watch is queued on its instance's ready list when its file's events begin to hold. Waiting
 * takes from that list only; a level-triggered watch goes to its end as long as it is ready.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_EPOLL_H
#define THRICE_EPOLL_H

#include <stdbool.h>
#include <sys/epoll.h>

#include "file.h"
#include "list.h"

struct epoll;

struct epoll_watch {
    struct epoll *epoll;
    struct file *file;
    struct epoll_watch *next_of_file;
    struct list_link of_epoll, in_ready;
    uint32_t mask;  /* events that matter; 0 after a one-shot */
    uint32_t flags; /* EPOLLET, EPOLLONESHOT */
    int descriptor; /* under which it was added */
    bool ready;     /* on the ready list */
    epoll_data_t data;
};

/* Something that the watch's mask asks for holds. */
void epoll_watch_ready(struct epoll_watch *watch);

/* The file is closed: nobody watches it any more. */
void file_forget_watches(struct file *file);

#endif
