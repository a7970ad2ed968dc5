/* malloc and free (block.h).
 *
 * The heap is main's, as the network is. Other threads take whole pages for everything; what they
 * free of the heap waits until main allocates again.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "block.h"

#include <errno.h>
#include <stdlib.h>

#include "heap.h"
#include "thread.h"

void *block_pages_alloc(size_t bytes)
{
    size_t pages = bytes / PAGE_SIZE + (bytes % PAGE_SIZE != 0);
    struct block *block = page_alloc(pages + 1);

    if (!block)
        return NULL;
    block->pages = pages;
    return (char *)block + PAGE_SIZE;
}

static void *freed_elsewhere; /* a list: each block begins with the next one's address */

static void free_elsewhere(void *memory)
{
    void **next = memory;
    *next = __atomic_load_n(&freed_elsewhere, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&freed_elsewhere, next, memory, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED))
        ;
}

static void *heap_alloc_main(size_t bytes)
{
    if (freed_elsewhere) {
        void *memory = __atomic_exchange_n(&freed_elsewhere, NULL, __ATOMIC_ACQUIRE);
        while (memory) {
            void *next = *(void **)memory;
            heap_free(memory);
            memory = next;
        }
    }
    return heap_alloc(bytes);
}

void *block_alloc(size_t bytes)
{
    bool from_heap = bytes <= HEAP_BLOCK_MAX_BYTES && !thread_is_other();
    void *memory = from_heap ? heap_alloc_main(bytes) : block_pages_alloc(bytes);

    if (!memory)
        errno = ENOMEM;
    return memory;
}

void *malloc(size_t bytes) __attribute__((alias("block_alloc")));

/* QEMU's emulated TLB begins with 256 pages, and looks only when it is flushed whether more would
 * be better. A kernel that unmaps flushes now and then; this one has no other reason to.
 */
#define FLUSH_PAGES 256

static void free_pages(struct block *block)
{
    bool large = block->pages >= FLUSH_PAGES;
    page_free(block, block->pages + 1);
    if (large)
        memory_flush_tlb();
}

void free(void *memory)
{
    if (memory && block_is_pages(memory))
        free_pages(block_of(memory));
    else if (memory && thread_is_other())
        free_elsewhere(memory);
    else
        heap_free(memory);
}

/* By these names the libc calls them itself. */
void *__libc_malloc(size_t bytes) __attribute__((alias("block_alloc")));
void __libc_free(void *memory) __attribute__((alias("free"), copy(free)));
