// sources: host/load/pace.c host/load/histogram.c host/error.c
/* Absolute-time pacing: exact due times however far out, and the account of lateness. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define S_NS UINT64_C(1000000000)

static struct pace pace;

static void test_pace_due_times_do_not_drift(void **state)
{
    (void)state;
    /* a third of a second is no whole number of ns: every third request is due on the second */
    pace_start(&pace, 12345, 3);
    assert_int_equal(pace_due_ns(&pace, 0), 12345);
    assert_int_equal(pace_due_ns(&pace, 1), 12345 + 333333333);
    assert_int_equal(pace_due_ns(&pace, 2), 12345 + 666666666);
    for (uint64_t s = 0; s < 1000000; s += 997)
        assert_int_equal(pace_due_ns(&pace, 3 * s), 12345 + s * S_NS);
}

static void test_pace_due_times_ascend_evenly(void **state)
{
    (void)state;
    pace_start(&pace, 0, 20011);
    for (uint64_t i = 0; i < 50000; i++) {
        uint64_t gap_ns = pace_due_ns(&pace, i + 1) - pace_due_ns(&pace, i);
        assert_in_range(gap_ns, S_NS / 20011, S_NS / 20011 + 1);
    }
}

static void test_pace_does_not_overflow(void **state)
{
    (void)state;
    pace_start(&pace, 0, 1000000);
    /* a day at a million a second: index * 1e9 would not fit 64 bits */
    assert_int_equal(pace_due_ns(&pace, UINT64_C(86400) * 1000000), 86400 * S_NS);
}

static void test_pace_count_is_of_due_times_before_the_end(void **state)
{
    (void)state;
    assert_int_equal(pace_count(500, 60 * S_NS), 30000);
    assert_int_equal(pace_count(1, S_NS / 10), 1);
    assert_int_equal(pace_count(3, S_NS), 3);
    const uint64_t rates[] = {1, 3, 7, 500, 999, 20000};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        uint64_t duration_ns = 1234567891;
        uint64_t count = pace_count(rates[i], duration_ns);
        pace_start(&pace, 0, rates[i]);
        assert_true(pace_due_ns(&pace, count - 1) < duration_ns);
        assert_true(pace_due_ns(&pace, count) >= duration_ns);
    }
}

static void test_pace_accounts_lateness(void **state)
{
    (void)state;
    pace_start(&pace, S_NS, 1000);
    assert_true(pace_late_share(&pace) == 0);
    pace_sent(&pace, 0, S_NS - 1); /* early is not late */
    pace_sent(&pace, 1, S_NS + 1000000);
    pace_sent(&pace, 2, S_NS + 2000000 + PACE_LATE_NS);
    pace_sent(&pace, 3, S_NS + 3000000 + PACE_LATE_NS + 1);
    assert_int_equal(pace.late, 1);
    assert_int_equal(pace.lateness.count, 4);
    assert_int_equal(pace.lateness.min_ns, 0);
    assert_int_equal(pace.lateness.max_ns, PACE_LATE_NS + 1);
    assert_true(pace_late_share(&pace) == 0.25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pace_due_times_do_not_drift),
        cmocka_unit_test(test_pace_due_times_ascend_evenly),
        cmocka_unit_test(test_pace_does_not_overflow),
        cmocka_unit_test(test_pace_count_is_of_due_times_before_the_end),
        cmocka_unit_test(test_pace_accounts_lateness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
