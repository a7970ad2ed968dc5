/* Anonymous mappings (mapping.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "mapping.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

long posix_mmap(void *address, size_t length, int protection, int flags)
{
    (void)address; /* a hint */
    if (length == 0 || flags & MAP_FIXED)
        return -EINVAL;
    if (!(flags & MAP_ANONYMOUS))
        return -ENODEV;
    if (protection & PROT_EXEC)
        return -EPERM;
    void *memory = page_alloc(mapping_pages(length));
    if (!memory)
        return -ENOMEM;
    memset(memory, 0, mapping_pages(length) * PAGE_SIZE);
    return (long)memory;
}

long posix_munmap(void *address, size_t length)
{
    if ((uintptr_t)address % PAGE_SIZE != 0 || length == 0)
        return -EINVAL;
    page_free(address, mapping_pages(length));
    return 0;
}
