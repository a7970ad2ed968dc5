/* What is asked of memory besides malloc and free (block.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"

void *calloc(size_t count, size_t bytes)
{
    size_t total;

    if (__builtin_mul_overflow(count, bytes, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = block_alloc(total);
    return memory ? memset(memory, 0, total) : NULL;
}

static size_t usable_bytes(void *memory)
{
    return block_is_pages(memory) ? block_of(memory)->pages * PAGE_SIZE : heap_block_bytes(memory);
}

void *realloc(void *memory, size_t bytes)
{
    size_t old_bytes = memory ? usable_bytes(memory) : 0;

    if (memory && bytes <= old_bytes && bytes >= old_bytes / 2)
        return memory;
    void *moved = block_alloc(bytes);
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
        return block_alloc(bytes);
    errno = alignment <= PAGE_SIZE ? ENOMEM : EINVAL;
    return alignment <= PAGE_SIZE ? block_pages_alloc(bytes) : NULL;
}

/* By these names the libc calls them itself. */
void *__libc_calloc(size_t count, size_t bytes) __attribute__((alias("calloc"), copy(calloc)));
void *__libc_realloc(void *memory, size_t bytes) __attribute__((alias("realloc"), copy(realloc)));
