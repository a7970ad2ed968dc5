/* malloc and its kin: small blocks from the heap that the network uses too (heap.h), which bounds
 * both; large ones whole pages from all that is left.
 *
 * The heap is main's, as the network is. Other threads take whole pages for everything; what they
 * free of the heap waits until main allocates again.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "memory.h"
#include "thread.h"

/* In the page in front of a block of whole pages. */
struct block {
    size_t pages; /* of the block */
};

static bool is_whole_pages(const void *memory)
{
    return (uintptr_t)memory % PAGE_SIZE == 0;
}

static struct block *block_of(void *memory)
{
    return (struct block *)((char *)memory - PAGE_SIZE);
}

static void *pages_alloc(size_t bytes)
{
    size_t pages = bytes / PAGE_SIZE + (bytes % PAGE_SIZE != 0);
    struct block *block = page_alloc(pages + 1);

    if (!block)
        return NULL;
    block->pages = pages;
    return (char *)block + PAGE_SIZE;
}

static size_t usable_bytes(void *memory)
{
    return is_whole_pages(memory) ? block_of(memory)->pages * PAGE_SIZE : heap_block_bytes(memory);
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

/* The compiler would make a call of calloc() out of malloc() and memset(), in calloc() too. */
static void *allocate(size_t bytes)
{
    bool from_heap = bytes <= HEAP_BLOCK_MAX_BYTES && !thread_is_other();
    void *memory = from_heap ? heap_alloc_main(bytes) : pages_alloc(bytes);

    if (!memory)
        errno = ENOMEM;
    return memory;
}

void *malloc(size_t bytes)
{
    return allocate(bytes);
}

void free(void *memory)
{
    if (memory && is_whole_pages(memory))
        page_free(block_of(memory), block_of(memory)->pages + 1);
    else if (memory && thread_is_other())
        free_elsewhere(memory);
    else
        heap_free(memory);
}

void *calloc(size_t count, size_t bytes)
{
    size_t total;

    if (__builtin_mul_overflow(count, bytes, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = allocate(total);
    return memory ? memset(memory, 0, total) : NULL;
}

void *realloc(void *memory, size_t bytes)
{
    size_t old_bytes = memory ? usable_bytes(memory) : 0;

    if (memory && bytes <= old_bytes && bytes >= old_bytes / 2)
        return memory;
    void *moved = allocate(bytes);
    if (!moved || !memory)
        return moved;
    memcpy(moved, memory, bytes < old_bytes ? bytes : old_bytes);
    free(memory);
    return moved;
}

/* To 16 bytes everything is aligned, to a page what has pages of its own. */
void *aligned_alloc(size_t alignment, size_t bytes)
{
    if (alignment <= HEAP_ALIGNMENT)
        return allocate(bytes);
    errno = alignment <= PAGE_SIZE ? ENOMEM : EINVAL;
    return alignment <= PAGE_SIZE ? pages_alloc(bytes) : NULL;
}

/* By these names the libc calls them itself. */
void *__libc_malloc(size_t bytes) __attribute__((alias("malloc"), copy(malloc)));
void *__libc_calloc(size_t count, size_t bytes) __attribute__((alias("calloc"), copy(calloc)));
void *__libc_realloc(void *memory, size_t bytes) __attribute__((alias("realloc"), copy(realloc)));
void __libc_free(void *memory) __attribute__((alias("free"), copy(free)));
