// sources: net/slab.c net/heap.c
/* Object caches and the heap on pages that the test hands out and counts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "heap.h"
#include "memory.h"
#include "net_limits.h"
#include "panic.h"
#include "slab.h"

struct net_limits net_limits;
static size_t pages_out;

void *page_alloc(size_t pages)
{
    void *memory = aligned_alloc(PAGE_SIZE, pages * PAGE_SIZE);

    memset(memory, 0xa5, pages * PAGE_SIZE);
    pages_out += pages;
    return memory;
}

void page_free(void *address, size_t pages)
{
    pages_out -= pages;
    free(address);
}

void panic(const char *format, ...)
{
    fail_msg("%s", format);
    abort();
}

static int set_up(void **state)
{
    (void)state;
    net_limits.heap_bytes = 64 * 1024 * 1024;
    heap_init();
    return 0;
}

static void test_slab_objects_are_apart(void **state)
{
    enum { OBJECTS = 1000, BYTES = 104 };
    static unsigned char *objects[OBJECTS];
    struct slab_cache cache;

    (void)state;
    slab_cache_init(&cache, BYTES, 0);
    for (int i = 0; i < OBJECTS; i++) {
        objects[i] = slab_alloc(&cache);
        assert_non_null(objects[i]);
        assert_int_equal((uintptr_t)objects[i] % 8, 0);
        memset(objects[i], i & 0xff, BYTES);
    }
    assert_int_equal(cache.used, OBJECTS);
    for (int i = 0; i < OBJECTS; i++) {
        for (int j = 0; j < BYTES; j++)
            assert_int_equal(objects[i][j], i & 0xff);
        slab_free(objects[i]);
    }
    assert_int_equal(cache.used, 0);
    assert_int_equal(cache.peak, OBJECTS);
}

static void test_slab_respects_its_limit(void **state)
{
    struct slab_cache cache;
    void *objects[3];

    (void)state;
    slab_cache_init(&cache, 64, 3);
    for (int i = 0; i < 3; i++)
        objects[i] = slab_alloc(&cache);
    assert_null(slab_alloc(&cache));
    assert_int_equal(cache.failures, 1);
    slab_free(objects[1]);
    objects[1] = slab_alloc(&cache);
    assert_non_null(objects[1]);
    for (int i = 0; i < 3; i++)
        slab_free(objects[i]);
}

/* Pages of one cache, emptied, serve another; nothing more is taken. */
static void test_slab_pages_are_shared(void **state)
{
    enum { OBJECTS = 4000 };
    static void *objects[OBJECTS];
    struct slab_cache small, large;

    (void)state;
    slab_cache_init(&small, 200, 0);
    slab_cache_init(&large, SLAB_OBJECT_MAX_BYTES & ~7u, 0);
    for (int i = 0; i < OBJECTS; i++)
        objects[i] = slab_alloc(&small);
    for (int i = 0; i < OBJECTS; i++)
        slab_free(objects[i]);
    size_t taken = slab_taken_bytes();
    for (int i = 0; i < 300; i++)
        objects[i] = slab_alloc(&large);
    assert_int_equal(slab_taken_bytes(), taken);
    for (int i = 0; i < 300; i++)
        slab_free(objects[i]);
}

static void test_slab_stays_flat(void **state)
{
    enum { ROUNDS = 200000, LIVE = 64 };
    static void *live[LIVE];
    struct slab_cache cache;

    (void)state;
    slab_cache_init(&cache, 400, 0);
    for (int i = 0; i < LIVE; i++)
        live[i] = slab_alloc(&cache);
    size_t taken = slab_taken_bytes();
    srand(1);
    for (int i = 0; i < ROUNDS; i++) {
        int which = rand() % LIVE;
        slab_free(live[which]);
        live[which] = slab_alloc(&cache);
    }
    assert_int_equal(slab_taken_bytes(), taken);
    for (int i = 0; i < LIVE; i++)
        slab_free(live[i]);
}

static void test_slab_stops_at_the_heap_limit(void **state)
{
    struct slab_cache cache;
    size_t count = 0;
    void *last = NULL, *object;

    (void)state;
    net_limits.heap_bytes = slab_taken_bytes() + 32 * PAGE_SIZE;
    slab_cache_init(&cache, 2000, 0);
    while ((object = slab_alloc(&cache))) {
        *(void **)object = last;
        last = object;
        count++;
    }
    assert_true(slab_taken_bytes() <= net_limits.heap_bytes);
    assert_int_equal(slab_reserve_bytes(), 0);
    assert_true(count > 0);
    while (last) {
        object = last;
        last = *(void **)object;
        slab_free(object);
    }
    net_limits.heap_bytes = 64 * 1024 * 1024;
}

static void test_heap_every_size(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes <= 3 * PAGE_SIZE; bytes++) {
        unsigned char *memory = heap_alloc(bytes), *other = heap_alloc(bytes);
        assert_int_equal((uintptr_t)memory % 8, 0);
        memset(memory, 0x11, bytes);
        memset(other, 0x22, bytes);
        if (bytes > 0)
            assert_int_equal(memory[bytes - 1], 0x11);
        heap_free(memory);
        heap_free(other);
    }
}

static void test_heap_large_goes_back(void **state)
{
    size_t before = pages_out;

    (void)state;
    void *memory = heap_alloc(100000);
    assert_true(pages_out > before);
    heap_free(memory);
    assert_int_equal(pages_out, before);
    heap_free(NULL);
}

static void test_heap_large_counts_against_the_limit(void **state)
{
    enum { LARGE_BYTES = 64 * 1024, LARGE_MAX = 1024 };
    static void *large[LARGE_MAX];
    size_t count = 0;

    (void)state;
    net_limits.heap_bytes = slab_taken_bytes() + 32 * LARGE_BYTES;
    assert_null(heap_alloc(SIZE_MAX / 2));
    while (count < LARGE_MAX && (large[count] = heap_alloc(LARGE_BYTES - 100)))
        count++;
    assert_int_equal(count, 32);
    net_limits.heap_bytes = 32 * LARGE_BYTES;
    assert_int_equal(slab_pressure(), SLAB_MEMORY_SCARCE);
    while (count > 0)
        heap_free(large[--count]);
    assert_int_equal(slab_pressure(), SLAB_MEMORY_AMPLE);
    net_limits.heap_bytes = 64 * 1024 * 1024;
}

static void test_heap_calloc_zeroes_and_refuses_overflow(void **state)
{
    (void)state;
    unsigned char *memory = heap_calloc(10, 30);
    for (int i = 0; i < 300; i++)
        assert_int_equal(memory[i], 0);
    heap_free(memory);
    assert_null(heap_calloc(SIZE_MAX / 2, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slab_objects_are_apart),
        cmocka_unit_test(test_slab_respects_its_limit),
        cmocka_unit_test(test_slab_pages_are_shared),
        cmocka_unit_test(test_slab_stays_flat),
        cmocka_unit_test(test_slab_stops_at_the_heap_limit),
        cmocka_unit_test(test_heap_every_size),
        cmocka_unit_test(test_heap_large_goes_back),
        cmocka_unit_test(test_heap_large_counts_against_the_limit),
        cmocka_unit_test(test_heap_calloc_zeroes_and_refuses_overflow),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
