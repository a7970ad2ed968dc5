/* The page allocator: an address-ordered list of free runs, first fit, merged on free.
 *
 * A run's head lies in its own first page. Allocation takes from a run's end, so a head
 * moves only when its run is used up.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"
#include "panic.h"
#include "spinlock.h"

struct run {
    struct run *next;
    size_t pages;
};

static struct run *runs;
static size_t pages_free;
static struct spinlock lock;

static uintptr_t run_end(const struct run *run)
{
    return (uintptr_t)run + run->pages * PAGE_SIZE;
}

static void *run_take(size_t pages)
{
    for (struct run **link = &runs; *link; link = &(*link)->next) {
        struct run *run = *link;
        if (run->pages < pages)
            continue;
        pages_free -= pages;
        run->pages -= pages;
        void *taken = (void *)run_end(run);
        if (run->pages == 0)
            *link = run->next;
        return taken;
    }
    return NULL;
}

static void run_return(void *address, size_t pages)
{
    struct run *before = NULL, *after = runs;
    for (; after && (void *)after < address; after = after->next)
        before = after;
    struct run *run = address;
    if ((before && run_end(before) > (uintptr_t)run) ||
        (after && (uintptr_t)run + pages * PAGE_SIZE > (uintptr_t)after))
        panic("page_free: %zu pages at %p are free already", pages, address);
    run->pages = pages;
    run->next = after;
    pages_free += pages;
    if (after && run_end(run) == (uintptr_t)after) {
        run->pages += after->pages;
        run->next = after->next;
    }
    if (before && run_end(before) == (uintptr_t)run) {
        before->pages += run->pages;
        before->next = run->next;
    } else if (before) {
        before->next = run;
    } else {
        runs = run;
    }
}

void *page_alloc(size_t pages)
{
    spinlock_take(&lock);
    void *taken = run_take(pages);
    spinlock_release(&lock);
    return taken;
}

void page_free(void *address, size_t pages)
{
    spinlock_take(&lock);
    run_return(address, pages);
    spinlock_release(&lock);
}

uint64_t memory_free_bytes(void)
{
    return pages_free * PAGE_SIZE;
}
