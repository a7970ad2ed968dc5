/* mmap: anonymous mappings on the page allocator.
 *
 * Virtual and physical addresses are the same, so a mapping is a run of physical pages; it
 * is zeroed. Protections are accepted and not applied: all of it is writable and none of it
 * executable already.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"
#include "result.h"

static size_t pages_of(size_t length)
{
    return length / PAGE_SIZE + (length % PAGE_SIZE != 0);
}

static long map(size_t length, int protection, int flags)
{
    if (length == 0 || flags & MAP_FIXED)
        return -EINVAL;
    if (!(flags & MAP_ANONYMOUS))
        return -ENODEV;
    if (protection & PROT_EXEC)
        return -EPERM;
    void *memory = page_alloc(pages_of(length));
    if (!memory)
        return -ENOMEM;
    memset(memory, 0, pages_of(length) * PAGE_SIZE);
    return (long)memory;
}

static long unmap(void *address, size_t length)
{
    if ((uintptr_t)address % PAGE_SIZE != 0 || length == 0)
        return -EINVAL;
    page_free(address, pages_of(length));
    return 0;
}

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

static long remap(void *address, size_t old_length, size_t new_length, int flags)
{
    size_t old_pages = pages_of(old_length), new_pages = pages_of(new_length);

    if ((uintptr_t)address % PAGE_SIZE != 0 || new_length == 0 || flags & ~MREMAP_MAYMOVE)
        return -EINVAL;
    if (new_pages < old_pages)
        page_free((char *)address + new_pages * PAGE_SIZE, old_pages - new_pages);
    if (new_pages <= old_pages)
        return (long)address;
    return flags & MREMAP_MAYMOVE ? mapping_move(address, old_pages, new_pages) : -ENOMEM;
}

/* The libc's own names for them, which it calls. */
void *__mmap(void *hint, size_t length, int protection, int flags, int fd, off_t offset);
int __munmap(void *address, size_t length);
void *__mremap(void *address, size_t old_length, size_t new_length, int flags, ...);

void *__mmap(void *hint, size_t length, int protection, int flags, int fd, off_t offset)
{
    (void)hint;
    (void)fd;
    (void)offset;
    return (void *)result(map(length, protection, flags));
}

int __munmap(void *address, size_t length)
{
    return (int)result(unmap(address, length));
}

void *__mremap(void *address, size_t old_length, size_t new_length, int flags, ...)
{
    return (void *)result(remap(address, old_length, new_length, flags));
}

void *mremap(void *address, size_t old_length, size_t new_length, int flags, ...)
    __attribute__((alias("__mremap")));
void *mmap(void *hint, size_t length, int protection, int flags, int fd, off_t offset)
    __attribute__((alias("__mmap")));
int munmap(void *address, size_t length) __attribute__((alias("__munmap")));
