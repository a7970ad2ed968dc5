// sources: host/measure/realtime.c
// flags: -Wl,--wrap=clock_gettime
/* A step of the wall clock is seen, whatever the monotonic one does meanwhile. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"
#include "measure/realtime.h"

static uint64_t monotonic_ns, wall_ns;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

// Each look takes 10 us of both clocks.
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    monotonic_ns += 10 * NS_PER_US;
    wall_ns += 10 * NS_PER_US;
    *now = clock_timespec(clock == CLOCK_MONOTONIC ? monotonic_ns : wall_ns);
    return 0;
}

static int64_t change_over(uint64_t monotonic_passed_ns, int64_t wall_passed_ns)
{
    monotonic_ns = 5000 * NS_PER_S;
    wall_ns = UINT64_C(1800000000) * NS_PER_S;
    int64_t before_ns = realtime_ahead_ns();
    monotonic_ns += monotonic_passed_ns;
    wall_ns += (uint64_t)wall_passed_ns;
    return realtime_ahead_ns() - before_ns;
}

static void test_realtime_sees_no_step_where_both_clocks_run(void **state)
{
    (void)state;
    int64_t change_ns = change_over(60 * NS_PER_S, (int64_t)(60 * NS_PER_S));
    assert_in_range(change_ns + 1000, 0, 2000);
    assert_false(realtime_is_step(change_ns));
}

static void test_realtime_takes_slewing_for_none(void **state)
{
    (void)state;
    int64_t change_ns = change_over(60 * NS_PER_S, (int64_t)(60 * NS_PER_S + 30 * NS_PER_MS));
    assert_false(realtime_is_step(change_ns));
}

static void test_realtime_sees_steps_both_ways(void **state)
{
    (void)state;
    assert_true(realtime_is_step(change_over(5 * NS_PER_S, (int64_t)(3605 * NS_PER_S))));
    assert_true(realtime_is_step(change_over(5 * NS_PER_S, -(int64_t)(3600 * NS_PER_S))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_realtime_sees_no_step_where_both_clocks_run),
        cmocka_unit_test(test_realtime_takes_slewing_for_none),
        cmocka_unit_test(test_realtime_sees_steps_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
