// sources: guest/payload/stream.c guest/payload/pattern.c guest/payload/move.c guest/payload/sample.c
// flags: -iquote guest/payload -lm
/* What the payloads memory and disk work with: STREAM's arithmetic, moved blocks, and blocks that
 * say who they are. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "move.h"
#include "pattern.h"
#include "stream.h"

static uint64_t tick_ns(void)
{
    static uint64_t now_ns;
    return now_ns += 1000;
}

// Steps until the phase is another one.
static unsigned steps_of(struct stream *stream, enum stream_phase phase)
{
    unsigned steps = 0;
    bool done = false;
    while (!done && stream->phase == phase) {
        done = stream_step(stream, tick_ns);
        steps++;
    }
    return steps;
}

static void test_stream_is_right_and_timed(void **state)
{
    struct stream stream;
    (void)state;
    stream_begin(&stream, 100000, malloc(stream_bytes(100000)));
    while (!stream_step(&stream, tick_ns))
        ;
    assert_true(stream.error == 0);
    // Two steps of 1000 ns for each kernel.
    assert_true(stream_mb_per_second(&stream, STREAM_COPY) == 2 * 8 * 100000 / 2e-6 / 1e6);
    assert_true(stream_mb_per_second(&stream, STREAM_TRIAD) == 3 * 8 * 100000 / 2e-6 / 1e6);
    free(stream.a);
}

// No part of it may keep the event loop waiting: not setting up, not checking.
static void test_stream_goes_in_short_steps(void **state)
{
    struct stream stream;
    (void)state;
    stream_begin(&stream, 1000000, NULL); // touches nothing
    stream_begin(&stream, 1000000, malloc(stream_bytes(1000000)));
    assert_true(steps_of(&stream, STREAM_FILL) >= 10);
    assert_true(steps_of(&stream, STREAM_MOVE) >= 10 * STREAM_ROUNDS * STREAM_KERNELS);
    assert_true(steps_of(&stream, STREAM_CHECK) >= 10);
    free(stream.a);
}

static double error_with(double wrong)
{
    struct stream stream;
    stream_begin(&stream, 1000, malloc(stream_bytes(1000)));
    steps_of(&stream, STREAM_FILL);
    steps_of(&stream, STREAM_MOVE);
    stream.b[998] = wrong;
    steps_of(&stream, STREAM_CHECK);
    free(stream.a);
    return stream.error;
}

static void test_stream_notices_what_is_wrong(void **state)
{
    (void)state;
    assert_true(error_with(0) > 1e-13);
    assert_true(error_with((double)NAN) > 1e-13);
}

static void test_move_writes_all_of_a_block_in_short_steps(void **state)
{
    enum { WORDS = 1000000 };
    struct move move = {.writes = true, .words = WORDS, .operations = 2};
    struct mover *mover = calloc(1, sizeof *mover);
    uint64_t *words = malloc(WORDS * sizeof *words);
    unsigned fills = 1, steps = 0;
    (void)state;
    mover->words = words;
    while (!move_fill_step(&move, mover))
        fills++;
    for (size_t i = 0; i < WORDS; i++)
        assert_true(words[i] == 0);
    while (!move_step(&move, mover, tick_ns))
        steps++;
    for (size_t i = 0; i < WORDS; i++)
        assert_true(words[i] > 0); // the distance to the end of its step
    assert_true(words[WORDS - 1] == 1);
    assert_true(fills >= 10 && steps >= 2 * 10);
    assert_int_equal(mover->sample.count, 2);
    assert_int_equal(mover->sample.sum_ns, 2000); // the clock was read before and after
    free(words);
    free(mover);
}

static void test_move_at_random_stays_within_the_block(void **state)
{
    struct move move = {.writes = true, .random = true, .words = 3, .operations = 1000};
    struct mover *mover = calloc(1, sizeof *mover);
    uint64_t *words = malloc(3 * sizeof *words); // the sanitizer watches its ends
    (void)state;
    for (size_t i = 0; i < 3; i++)
        words[i] = 3;
    mover->words = words;
    mover->random[0] = 1;
    while (!move_step(&move, mover, tick_ns))
        ;
    for (size_t i = 0; i < 3; i++)
        assert_in_range(words[i], 0, 2); // it was met
    free(words);
    free(mover);
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
        cmocka_unit_test(test_stream_goes_in_short_steps),
        cmocka_unit_test(test_stream_notices_what_is_wrong),
        cmocka_unit_test(test_move_writes_all_of_a_block_in_short_steps),
        cmocka_unit_test(test_move_at_random_stays_within_the_block),
        cmocka_unit_test(test_pattern_notices_every_byte),
        cmocka_unit_test(test_pattern_generations_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
