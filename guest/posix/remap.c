/* mremap, of which realloc makes use (mapping.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "mapping.h"
#include "memory.h"
#include "result.h"

static long mapping_move(void *address, size_t old_pages, size_t new_pages)
{
    char *memory = page_alloc(new_pages);

    if (!memory)
        return -ENOMEM;
    memcpy(memory, address, old_pages * PAGE_SIZE);
    memset(memory + old_pages * PAGE_SIZE, 0, (new_pages - old_pages) * PAGE_SIZE);
    page_free(address, old_pages);
    return (long)memory;
}

static long change(void *address, size_t old_length, size_t new_length, int flags)
{
    size_t old_pages = mapping_pages(old_length), new_pages = mapping_pages(new_length);

    if ((uintptr_t)address % PAGE_SIZE != 0 || new_length == 0 || flags & ~MREMAP_MAYMOVE)
        return -EINVAL;
    if (new_pages < old_pages)
        page_free((char *)address + new_pages * PAGE_SIZE, old_pages - new_pages);
    if (new_pages <= old_pages)
        return (long)address;
    return flags & MREMAP_MAYMOVE ? mapping_move(address, old_pages, new_pages) : -ENOMEM;
}

void *__mremap(void *address, size_t old_length, size_t new_length, int flags, ...);

void *__mremap(void *address, size_t old_length, size_t new_length, int flags, ...)
{
    return (void *)result(change(address, old_length, new_length, flags));
}

void *mremap(void *address, size_t old_length, size_t new_length, int flags, ...)
    __attribute__((alias("__mremap")));
