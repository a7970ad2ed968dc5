// sources: guest/payload/stream.c guest/payload/pattern.c
// flags: -iquote guest/payload -lm
/* What the payloads memory and disk work with: STREAM's arithmetic, and blocks that say who they
 * are. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "stream.h"

static uint64_t tick_ns(void)
{
    static uint64_t now_ns;
    return now_ns += 1000;
}

static void test_stream_is_right_and_timed(void **state)
{
    struct stream stream;
    (void)state;
    stream_begin(&stream, 100000, malloc(stream_bytes(100000)));
    while (!stream_step(&stream, tick_ns))
        ;
    assert_true(stream_error(&stream) == 0);
    // Two steps of 1000 ns for each kernel.
    assert_true(stream_mb_per_second(&stream, STREAM_COPY) == 2 * 8 * 100000 / 2e-6 / 1e6);
    assert_true(stream_mb_per_second(&stream, STREAM_TRIAD) == 3 * 8 * 100000 / 2e-6 / 1e6);
    stream.b[99999] *= 1 + 1e-12;
    assert_true(stream_error(&stream) > 1e-13);
    free(stream.a);
}

static void test_pattern_notices_every_byte(void **state)
{
    unsigned char block[1024];
    (void)state;
    pattern_fill(block, sizeof block, 7, 3);
    assert_null(pattern_fault(block, sizeof block, 7));
    assert_non_null(pattern_fault(block, sizeof block, 8));
    assert_non_null(pattern_fault(block, 512, 7));
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] ^= 1;
        assert_non_null(pattern_fault(block, sizeof block, 7));
        block[i] ^= 1;
    }
    memset(block, 0, sizeof block);
    assert_non_null(pattern_fault(block, sizeof block, 0));
}

static void test_pattern_generations_differ(void **state)
{
    unsigned char one[512], other[512];
    (void)state;
    pattern_fill(one, sizeof one, 7, 1);
    pattern_fill(other, sizeof other, 7, 2);
    assert_memory_not_equal(one, other, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stream_is_right_and_timed),
        cmocka_unit_test(test_pattern_notices_every_byte),
        cmocka_unit_test(test_pattern_generations_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
