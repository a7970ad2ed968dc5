/* Futexes (futex.h): one list of those who wait. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "futex.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "file.h"
#include "loop.h"
#include "processor.h"
#include "spinlock.h"
#include "time.h"

struct waiter {
    struct waiter *next;
    const uint32_t *word;
    unsigned processor;
    bool woken;
};

static struct spinlock lock;
static struct waiter *waiters; /* oldest first */

static bool is_woken(const struct waiter *waiter)
{
    return __atomic_load_n(&waiter->woken, __ATOMIC_ACQUIRE);
}

static void leave(struct waiter *waiter)
{
    struct waiter **link = &waiters;
    while (*link && *link != waiter)
        link = &(*link)->next;
    if (*link)
        *link = waiter->next;
}

/* False when the word has changed before the lock was there. */
static bool enter(struct waiter *waiter, uint32_t value)
{
    struct waiter **link = &waiters;
    spinlock_take(&lock);
    bool unchanged = __atomic_load_n(waiter->word, __ATOMIC_SEQ_CST) == value;
    while (unchanged && *link)
        link = &(*link)->next;
    if (unchanged)
        *link = waiter;
    spinlock_release(&lock);
    return unchanged;
}

static void wait_on_boot_processor(const struct waiter *waiter, uint64_t deadline_ns)
{
    while (!is_woken(waiter) && time_monotonic_ns() < deadline_ns) {
        loop_poll();
        if (!is_woken(waiter))
            loop_sleep(deadline_ns);
    }
}

// Other processors have no timer set: with a time-out they look at the clock until it is over.
static void wait_elsewhere(const struct waiter *waiter, uint64_t deadline_ns)
{
    while (!is_woken(waiter) && time_monotonic_ns() < deadline_ns) {
        if (deadline_ns == FILE_NO_DEADLINE)
            processor_wait();
        else
            __builtin_ia32_pause();
    }
}

static long wait_for(uint32_t *word, uint32_t value, const struct timespec *timeout)
{
    uint64_t deadline_ns = deadline_after(timeout);
    struct waiter waiter = {.word = word, .processor = processor_self()};
    if (!enter(&waiter, value))
        return -EAGAIN;
    if (waiter.processor == 0)
        wait_on_boot_processor(&waiter, deadline_ns);
    else
        wait_elsewhere(&waiter, deadline_ns);
    spinlock_take(&lock);
    bool woken = waiter.woken;
    if (!woken)
        leave(&waiter);
    spinlock_release(&lock);
    return woken ? 0 : -ETIMEDOUT;
}

// The waiter may be gone as soon as it is woken: what is needed of it is taken before.
static long wake(const uint32_t *word, uint32_t count)
{
    uint32_t woken = 0;
    spinlock_take(&lock);
    for (struct waiter **link = &waiters; *link && woken < count;) {
        struct waiter *waiter = *link;
        if (waiter->word != word) {
            link = &waiter->next;
            continue;
        }
        unsigned processor = waiter->processor;
        *link = waiter->next;
        __atomic_store_n(&waiter->woken, true, __ATOMIC_RELEASE);
        if (processor != processor_self())
            processor_wake(processor);
        woken++;
    }
    spinlock_release(&lock);
    return woken;
}

long posix_futex(uint32_t *word, int operation, uint32_t value, const struct timespec *timeout,
                 uint32_t moved)
{
    switch (operation & FUTEX_COMMAND) {
    case FUTEX_WAIT:
        return wait_for(word, value, timeout);
    case FUTEX_WAKE:
        return wake(word, value);
    case FUTEX_REQUEUE:
        return wake(word, value + moved);
    default:
        return -ENOSYS;
    }
}
