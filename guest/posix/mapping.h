/* The libc's memory: anonymous mappings on the page allocator. Results, or negated errnos.
 *
 * Virtual and physical addresses are the same, so a mapping is a run of physical pages; it
 * is zeroed. Protections are accepted and not applied: all of it is writable and none of it
 * executable already.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MAPPING_H
#define THRICE_MAPPING_H

#include <stddef.h>

#include "memory.h"

long posix_mmap(void *address, size_t length, int protection, int flags);
long posix_munmap(void *address, size_t length);

/* How many pages a mapping of so many bytes takes. */
static inline size_t mapping_pages(size_t length)
{
    return length / PAGE_SIZE + (length % PAGE_SIZE != 0);
}

#endif
