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

long posix_mmap(void *address, size_t length, int protection, int flags);
long posix_munmap(void *address, size_t length);
long posix_mremap(void *address, size_t old_length, size_t new_length, int flags);

#endif
