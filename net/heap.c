/* The heap (heap.h): a table from size to class, a class is a slab cache.
 *
 * Class sizes are the largest of which a page holds 2, 3, 4, 6, 8, ... : a full-sized TCP
 * segment with its headers (1.6 KiB) falls in the first.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "heap.h"

#include <stdint.h>
#include <string.h>

#include "slab.h"

static const uint16_t class_bytes[] = {64, 128, 240, 336, 496, 672, 1008, 1344, 2016};
#define CLASSES (sizeof(class_bytes) / sizeof(class_bytes[0]))

_Static_assert(SLAB_OBJECT_MAX_BYTES >= HEAP_BLOCK_MAX_BYTES, "the largest class");
_Static_assert(SLAB_HEADER_BYTES % HEAP_ALIGNMENT == 0, "a block's alignment");

/* Larger blocks start behind a header of their own, at an offset where slabs have none. */
struct large {
    void *no_cache; /* NULL where a slab has its cache */
    size_t pages;
};

static struct slab_cache classes[CLASSES];
static uint8_t class_of_size[HEAP_BLOCK_MAX_BYTES / HEAP_ALIGNMENT + 1]; /* rounded up */

void heap_init(void)
{
    for (size_t class = 0, size = 0; class < CLASSES; class ++) {
        slab_cache_init(&classes[class], class_bytes[class], 0);
        for (; size <= class_bytes[class] / HEAP_ALIGNMENT; size++)
            class_of_size[size] = (uint8_t) class;
    }
}

static void *large_alloc(size_t bytes)
{
    size_t pages = (bytes + sizeof(struct large) + PAGE_SIZE - 1) / PAGE_SIZE;
    struct large *large = slab_pages_alloc(pages);

    if (!large)
        return NULL;
    *large = (struct large){.pages = pages};
    return large + 1;
}

void *heap_alloc(size_t bytes)
{
    if (bytes > HEAP_BLOCK_MAX_BYTES)
        return large_alloc(bytes);
    return slab_alloc(&classes[class_of_size[(bytes + HEAP_ALIGNMENT - 1) / HEAP_ALIGNMENT]]);
}

void *heap_calloc(size_t count, size_t bytes)
{
    size_t total;

    if (__builtin_mul_overflow(count, bytes, &total))
        return NULL;
    void *memory = heap_alloc(total);
    return memory ? memset(memory, 0, total) : NULL;
}

static struct large *large_of(void *memory)
{
    return (struct large *)((uintptr_t)memory & ~(PAGE_SIZE - 1));
}

size_t heap_block_bytes(void *memory)
{
    struct large *large = large_of(memory);

    return large->no_cache ? slab_object_bytes(memory) : large->pages * PAGE_SIZE - sizeof(*large);
}

void heap_free(void *memory)
{
    struct large *large = large_of(memory);

    if (!memory)
        return;
    if (large->no_cache)
        slab_free(memory);
    else
        slab_pages_free(large, large->pages);
}
