// sources: host/measure/canary.c host/prng.c
/* The canary: its work is done, and its two times are of that work. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/canary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "clock.h"

static void test_canary_does_its_work(void **state)
{
    (void)state;
    struct canary canary = canary_take();
    // Forty million steps take a millisecond on no machine; what is optimised away takes none.
    assert_true(canary.cpu_ns > NS_PER_MS);
    assert_true(canary.wall_ns > NS_PER_MS);
}

static void test_canary_piece_is_a_part(void **state)
{
    (void)state;
    assert_true(canary_piece_ns() > NS_PER_MS / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canary_does_its_work),
        cmocka_unit_test(test_canary_piece_is_a_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
