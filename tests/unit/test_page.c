// sources: guest/kernel/page.c
/* The page allocator: runs are split, merged, never handed out twice. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../guest/kernel/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../guest/kernel/panic.h"

#define ARENA_PAGES 256

static jmp_buf panicked;

_Noreturn void panic(const char *format, ...)
{
    (void)format;
    longjmp(panicked, 1);
}

static char arena[ARENA_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));

static int arena_give(void **state)
{
    (void)state;
    if (memory_free_bytes() == 0)
        page_free(arena, ARENA_PAGES);
    return 0;
}

static void test_page_alloc_is_contiguous_and_exact(void **state)
{
    (void)state;
    char *all = page_alloc(ARENA_PAGES);
    assert_ptr_equal(all, arena);
    assert_int_equal(memory_free_bytes(), 0);
    assert_null(page_alloc(1));
    page_free(all, ARENA_PAGES);
    assert_null(page_alloc(ARENA_PAGES + 1));
}

static void test_page_free_merges_in_any_order(void **state)
{
    (void)state;
    void *page[ARENA_PAGES];
    for (int i = 0; i < ARENA_PAGES; i++)
        assert_non_null(page[i] = page_alloc(1));
    assert_null(page_alloc(1));
    for (int i = 0; i < ARENA_PAGES; i += 2)
        page_free(page[i], 1);
    assert_null(page_alloc(2));
    for (int i = ARENA_PAGES - 1; i > 0; i -= 2)
        page_free(page[i], 1);
    void *all = page_alloc(ARENA_PAGES);
    assert_ptr_equal(all, arena);
    page_free(all, ARENA_PAGES);
}

static void test_page_alloc_never_hands_out_twice(void **state)
{
    (void)state;
    enum { HELD = 40, TURNS = 5000 };
    char *held[HELD] = {0};
    size_t pages[HELD] = {0};
    uint32_t seed = 1;
    for (int turn = 0; turn < TURNS; turn++) {
        seed = seed * 1664525 + 1013904223;
        int i = (int)(seed >> 16) % HELD;
        if (held[i]) {
            for (size_t p = 0; p < pages[i]; p++)
                assert_int_equal(held[i][p * PAGE_SIZE + 100], i);
            page_free(held[i], pages[i]);
            held[i] = NULL;
        } else {
            pages[i] = 1 + (seed >> 8) % 9;
            held[i] = page_alloc(pages[i]);
            for (size_t p = 0; held[i] && p < pages[i]; p++)
                memset(held[i] + p * PAGE_SIZE, i, PAGE_SIZE);
        }
    }
    for (int i = 0; i < HELD; i++)
        if (held[i])
            page_free(held[i], pages[i]);
    assert_int_equal(memory_free_bytes(), sizeof arena);
}

static void test_page_free_part_of_a_run(void **state)
{
    (void)state;
    char *run = page_alloc(8);
    page_free(run + 2 * PAGE_SIZE, 3);
    page_free(run, 2);
    page_free(run + 5 * PAGE_SIZE, 3);
    assert_int_equal(memory_free_bytes(), sizeof arena);
}

static void test_page_free_twice_panics(void **state)
{
    (void)state;
    char *run = page_alloc(4);
    page_free(run, 4);
    if (setjmp(panicked) == 0) {
        page_free(run + PAGE_SIZE, 1);
        fail_msg("a page was freed twice");
    }
    assert_int_equal(memory_free_bytes(), sizeof arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_page_alloc_is_contiguous_and_exact, arena_give),
        cmocka_unit_test_setup(test_page_free_merges_in_any_order, arena_give),
        cmocka_unit_test_setup(test_page_alloc_never_hands_out_twice, arena_give),
        cmocka_unit_test_setup(test_page_free_part_of_a_run, arena_give),
        cmocka_unit_test_setup(test_page_free_twice_panics, arena_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
