/* Object caches (slab.h). A slab is a page: a header, then objects. The header is found from
 * an object by rounding its address down. Objects never used lie behind `carved` and have
 * not been touched; objects freed are on the slab's own list.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "slab.h"

#include <stdbool.h>

#include "net_limits.h"
#include "panic.h"

#define RESERVE_RUN_PAGES 16

struct free_object {
    struct free_object *next;
};

struct slab {
    struct slab_cache *cache;
    struct free_object *free;
    struct list_link in_partial;
    uint16_t used;
    uint16_t carved;
    uint16_t capacity;
};
_Static_assert(sizeof(struct slab) <= SLAB_HEADER_BYTES, "slab header");

static struct free_object *reserve;
static size_t reserve_pages;
static size_t taken_pages;

void *slab_pages_alloc(size_t pages)
{
    if (taken_pages + pages > net_limits.heap_bytes / PAGE_SIZE)
        return NULL;
    void *run = page_alloc(pages);
    if (run)
        taken_pages += pages;
    return run;
}

void slab_pages_free(void *address, size_t pages)
{
    page_free(address, pages);
    taken_pages -= pages;
}

static void reserve_grow(void)
{
    size_t pages = RESERVE_RUN_PAGES;
    char *run = slab_pages_alloc(pages);

    if (!run)
        run = slab_pages_alloc(pages = 1);
    if (!run)
        return;
    reserve_pages += pages;
    for (size_t i = 0; i < pages; i++) {
        struct free_object *page = (struct free_object *)(run + i * PAGE_SIZE);
        page->next = reserve;
        reserve = page;
    }
}

static bool slab_create(struct slab_cache *cache)
{
    if (!reserve)
        reserve_grow();
    struct slab *slab = (struct slab *)reserve;
    if (!slab)
        return false;
    reserve = reserve->next;
    reserve_pages--;
    *slab = (struct slab){
        .cache = cache,
        .capacity = (uint16_t)((PAGE_SIZE - SLAB_HEADER_BYTES) / cache->object_bytes),
    };
    list_append(&cache->partial, &slab->in_partial);
    return true;
}

void slab_cache_init(struct slab_cache *cache, size_t object_bytes, uint32_t limit)
{
    if (object_bytes > SLAB_OBJECT_MAX_BYTES)
        panic("slab: objects of %zu bytes", object_bytes);
    *cache = (struct slab_cache){
        .object_bytes = (uint32_t)(object_bytes + 7) & ~7u,
        .limit = limit,
    };
    list_init(&cache->partial);
}

static void *slab_take(struct slab *slab)
{
    struct free_object *object = slab->free;

    slab->used++;
    if (object) {
        slab->free = object->next;
        return object;
    }
    return (char *)slab + SLAB_HEADER_BYTES + slab->carved++ * slab->cache->object_bytes;
}

void *slab_alloc(struct slab_cache *cache)
{
    if ((cache->limit && cache->used >= cache->limit) ||
        (list_is_empty(&cache->partial) && !slab_create(cache))) {
        cache->failures++;
        return NULL;
    }
    struct slab *slab = LIST_OF(cache->partial.previous, struct slab, in_partial);
    void *object = slab_take(slab);
    if (slab->used == slab->capacity)
        list_remove(&slab->in_partial);
    if (++cache->used > cache->peak)
        cache->peak = cache->used;
    return object;
}

static struct slab *slab_of(void *memory)
{
    return (struct slab *)((uintptr_t)memory & ~(PAGE_SIZE - 1));
}

uint32_t slab_object_bytes(void *memory)
{
    return slab_of(memory)->cache->object_bytes;
}

void slab_free(void *memory)
{
    struct slab *slab = slab_of(memory);
    struct list_link *partial = &slab->cache->partial;
    struct free_object *object = memory;

    if (slab->used == slab->capacity)
        list_append(partial, &slab->in_partial);
    object->next = slab->free;
    slab->free = object;
    slab->cache->used--;
    if (--slab->used > 0)
        return;
    /* The only slab with room is kept: one object, taken and given in turn, moves no page. */
    if (partial->next == partial->previous)
        return;
    list_remove(&slab->in_partial);
    object = (struct free_object *)slab;
    object->next = reserve;
    reserve = object;
    reserve_pages++;
}

enum slab_pressure slab_pressure(void)
{
    size_t used_bytes = (taken_pages - reserve_pages) * PAGE_SIZE;

    if (used_bytes < net_limits.heap_bytes / 4 * 3)
        return SLAB_MEMORY_AMPLE;
    return used_bytes < net_limits.heap_bytes / 16 * 15 ? SLAB_MEMORY_SHORT : SLAB_MEMORY_SCARCE;
}

size_t slab_taken_bytes(void)
{
    return taken_pages * PAGE_SIZE;
}

size_t slab_reserve_bytes(void)
{
    return reserve_pages * PAGE_SIZE;
}
