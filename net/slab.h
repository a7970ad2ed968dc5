/* Object caches: objects of one size each, carved from single pages.
 *
 * Allocating and freeing take a handful of instructions and never search. A page whose last
 * object is freed goes back to a reserve that all caches share, so that memory used for one
 * kind of object today serves another tomorrow; the reserve grows by runs of pages from the
 * page allocator up to net_limits.heap_bytes, and does not shrink.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SLAB_H
#define THRICE_SLAB_H

#include <stddef.h>
#include <stdint.h>

#include "list.h"
#include "memory.h"

struct slab_cache {
    uint32_t object_bytes;
    uint32_t limit; /* objects at most; 0 is as many as memory holds */
    uint32_t used;
    uint32_t peak;
    uint32_t failures;        /* allocations refused, for want of memory or by the limit */
    struct list_link partial; /* its slabs with room, the last one to be used first */
};

/* The largest object: two to a page. */
#define SLAB_HEADER_BYTES     48
#define SLAB_OBJECT_MAX_BYTES ((PAGE_SIZE - SLAB_HEADER_BYTES) / 2)

/* A cache of objects of one type, as many as memory holds, ready as it is. */
#define SLAB_CACHE(cache, type)                                                                    \
    {                                                                                              \
        .object_bytes = (sizeof(type) + 7) & ~7u, .partial = LIST_EMPTY((cache).partial)           \
    }

/* object_bytes is rounded up to 8, which is the alignment too. */
void slab_cache_init(struct slab_cache *cache, size_t object_bytes, uint32_t limit);

/* An object with undefined contents, or NULL when memory or the limit is exhausted. */
void *slab_alloc(struct slab_cache *cache);

/* The size of the cache's objects that this is one of. */
uint32_t slab_object_bytes(void *object);

/* Gives an object back to the cache it came from. */
void slab_free(void *object);

/* Whole pages for what fits in no cache (heap.c), counted as the caches' are; NULL when memory or
 * net_limits.heap_bytes is exhausted.
 */
void *slab_pages_alloc(size_t pages);
void slab_pages_free(void *address, size_t pages);

/* How full net_limits.heap_bytes is. While memory is short, no connection may pile up more data
 * than keeps it going; when it is scarce, nothing new is begun, so that what there is can end.
 */
enum slab_pressure { SLAB_MEMORY_AMPLE, SLAB_MEMORY_SHORT, SLAB_MEMORY_SCARCE };
enum slab_pressure slab_pressure(void);

/* Bytes taken from the page allocator, and how many of them lie in the reserve unused. */
size_t slab_taken_bytes(void);
size_t slab_reserve_bytes(void);

#endif
