/* epoll (epoll.h): the ready list, and the calls. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "epoll.h"

#include <errno.h>
#include <stddef.h>

#include "descriptor.h"
#include "heap.h"
#include "loop.h"
#include "result.h"
#include "slab.h"
#include "time.h"

#define NS_PER_MS 1000000ull

struct epoll {
    struct file file; /* first: readable while the ready list is not empty */
    struct list_link watches;
    struct list_link ready;
};

static struct slab_cache watch_cache = SLAB_CACHE(watch_cache, struct epoll_watch);

/* ---- the ready list ------------------------------------------------------------------- */

static void ready_append(struct epoll *epoll, struct epoll_watch *watch)
{
    watch->ready = true;
    list_append(&epoll->ready, &watch->in_ready);
}

static void ready_remove(struct epoll_watch *watch)
{
    watch->ready = false;
    list_remove(&watch->in_ready);
}

void epoll_watch_ready(struct epoll_watch *watch)
{
    if (watch->ready)
        return;
    ready_append(watch->epoll, watch);
    file_raise(&watch->epoll->file, EPOLLIN);
}

/* ---- watches --------------------------------------------------------------------------- */

static void watch_set(struct epoll_watch *watch, const struct epoll_event *event)
{
    watch->flags = event->events & (EPOLLET | EPOLLONESHOT);
    watch->mask = (event->events & 0xffff) | EPOLLERR | EPOLLHUP;
    watch->data = event->data;
    if (watch->file->events & watch->mask)
        epoll_watch_ready(watch);
}

static struct epoll_watch *watch_find(const struct epoll *epoll, const struct file *file,
                                      int descriptor)
{
    struct epoll_watch *watch = file->watches;

    while (watch && (watch->epoll != epoll || watch->descriptor != descriptor))
        watch = watch->next_of_file;
    return watch;
}

static long watch_add(struct epoll *epoll, struct file *file, int descriptor,
                      const struct epoll_event *event)
{
    struct epoll_watch *watch = slab_alloc(&watch_cache);

    if (!watch)
        return -ENOMEM;
    *watch = (struct epoll_watch){
        .epoll = epoll,
        .file = file,
        .next_of_file = file->watches,
        .descriptor = descriptor,
    };
    file->watches = watch;
    list_append(&epoll->watches, &watch->of_epoll);
    watch_set(watch, event);
    return 0;
}

static void watch_remove(struct epoll_watch *watch)
{
    struct epoll *epoll = watch->epoll;
    struct epoll_watch **link = &watch->file->watches;

    while (*link != watch)
        link = &(*link)->next_of_file;
    *link = watch->next_of_file;
    list_remove(&watch->of_epoll);
    if (watch->ready)
        ready_remove(watch);
    if (list_is_empty(&epoll->ready))
        file_lower(&epoll->file, EPOLLIN);
    slab_free(watch);
}

void file_forget_watches(struct file *file)
{
    while (file->watches)
        watch_remove(file->watches);
}

/* ---- the calls ------------------------------------------------------------------------- */

static void epoll_close(struct file *file)
{
    struct epoll *epoll = (struct epoll *)file;

    while (!list_is_empty(&epoll->watches))
        watch_remove(LIST_OF(epoll->watches.next, struct epoll_watch, of_epoll));
    heap_free(epoll);
}

static const struct file_operations epoll_operations = {.close = epoll_close};

static long instance_new(int flags)
{
    if (flags & ~EPOLL_CLOEXEC)
        return -EINVAL;
    struct epoll *epoll = heap_calloc(1, sizeof(*epoll));
    if (!epoll)
        return -ENOMEM;
    list_init(&epoll->watches);
    list_init(&epoll->ready);
    epoll->file.operations = &epoll_operations;
    int descriptor = descriptor_open(&epoll->file);
    if (descriptor < 0)
        heap_free(epoll);
    return descriptor;
}

static struct epoll *epoll_of(int descriptor)
{
    struct file *file = descriptor_file(descriptor);

    return file && file->operations == &epoll_operations ? (struct epoll *)file : NULL;
}

static long control(int epoll_descriptor, int operation, int descriptor, struct epoll_event *event)
{
    struct epoll *epoll = epoll_of(epoll_descriptor);
    struct file *file = descriptor_file(descriptor);

    if (!file || !descriptor_file(epoll_descriptor))
        return -EBADF;
    if (!epoll || file == &epoll->file)
        return -EINVAL;
    struct epoll_watch *watch = watch_find(epoll, file, descriptor);
    if (operation == EPOLL_CTL_ADD)
        return watch ? -EEXIST : watch_add(epoll, file, descriptor, event);
    if (!watch)
        return -ENOENT;
    if (operation == EPOLL_CTL_MOD)
        watch_set(watch, event);
    else if (operation == EPOLL_CTL_DEL)
        watch_remove(watch);
    else
        return -EINVAL;
    return 0;
}

/* Takes the watch from the ready list; puts it back at the end if it is level triggered and
 * still ready. Returns the events to report, 0 if they have gone meanwhile.
 */
static uint32_t epoll_take(struct epoll *epoll, struct epoll_watch *watch)
{
    uint32_t events = watch->file->events & watch->mask;

    ready_remove(watch);
    if (events == 0)
        return 0;
    if (watch->flags & EPOLLONESHOT)
        watch->mask = 0;
    else if (!(watch->flags & EPOLLET))
        ready_append(epoll, watch);
    return events;
}

static int epoll_collect(struct epoll *epoll, struct epoll_event *events, int room)
{
    const struct list_link *last = epoll->ready.previous;
    bool seen_last = list_is_empty(&epoll->ready);
    int count = 0;

    while (!seen_last && count < room) {
        struct list_link *link = epoll->ready.next;
        struct epoll_watch *watch = LIST_OF(link, struct epoll_watch, in_ready);
        seen_last = link == last;
        uint32_t reported = epoll_take(epoll, watch);
        if (reported != 0)
            events[count++] = (struct epoll_event){.events = reported, .data = watch->data};
    }
    if (list_is_empty(&epoll->ready))
        file_lower(&epoll->file, EPOLLIN);
    return count;
}

static long wait(int epoll_descriptor, struct epoll_event *events, int room, int timeout_ms)
{
    struct epoll *epoll = epoll_of(epoll_descriptor);
    uint64_t deadline_ns = FILE_NO_DEADLINE;

    if (!epoll)
        return descriptor_file(epoll_descriptor) ? -EINVAL : -EBADF;
    if (room <= 0)
        return -EINVAL;
    for (bool first = true;; first = false) {
        loop_poll();
        int count = epoll_collect(epoll, events, room);
        if (count > 0 || timeout_ms == 0)
            return count;
        if (timeout_ms > 0) {
            uint64_t now_ns = time_monotonic_ns();
            if (first)
                deadline_ns = now_ns + (uint64_t)timeout_ms * NS_PER_MS;
            else if (now_ns >= deadline_ns)
                return 0;
        }
        if (loop_sleep(deadline_ns) != SIGNAL_NONE)
            return -EINTR;
    }
}

int epoll_create1(int flags)
{
    return (int)result(instance_new(flags));
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
    return (int)result(control(epoll, operation, fd, event));
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
    return (int)result(wait(epoll, events, room, timeout_ms));
}
