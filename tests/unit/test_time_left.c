// sources: host/study/time_left.c host/study/progress.c host/study/run_status.c host/error.c
/* The time left: by what runs of the same kind took, else by the plan's estimate, corrected. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "study/time_left.h"

// Two scenarios in two environments, by block.
static struct schedule_entry order[] = {
    {0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 1, 1}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {1, 1, 1},
};
static const struct plan plan = {.order = order, .order_count = 8};

// The plan's own, in its place: 10 for each run.
uint64_t plan_estimate_run_ns(const struct plan *of, unsigned int index)
{
    (void)of;
    (void)index;
    return 10;
}

static void done(struct time_left *time_left, struct progress *progress, unsigned int index,
                 uint64_t took_ns)
{
    progress[index].attempts = 1;
    progress[index].status = RUN_GOOD;
    time_left_note(time_left, index, took_ns);
}

static void test_time_left_is_the_plans_before_all(void **state)
{
    (void)state;
    struct time_left time_left = {.plan = &plan};
    struct progress progress[8] = {{0}};
    assert_int_equal(time_left_ns(&time_left, progress), 80);
}

static void test_time_left_learns(void **state)
{
    (void)state;
    struct time_left time_left = {.plan = &plan};
    struct progress progress[8] = {{0}};
    done(&time_left, progress, 0, 20); // twice the estimate, as may then be all
    assert_int_equal(time_left_ns(&time_left, progress), 7 * 20);
    done(&time_left, progress, 1, 100); // the slow environment, whose other scenario is unknown
    // of blocks to come 20 and 100; 4 runs of the other scenario at 10 x 120 / 20
    assert_int_equal(time_left_ns(&time_left, progress), 20 + 100 + 4 * 60);
}

static void test_time_left_counts_a_repeated_run_each_time(void **state)
{
    (void)state;
    struct time_left time_left = {.plan = &plan};
    struct progress progress[8] = {{0}};
    done(&time_left, progress, 0, 30);
    progress[0].status = RUN_VOID; // to be repeated
    assert_int_equal(time_left_ns(&time_left, progress), 8 * 30);
    done(&time_left, progress, 0, 10);
    assert_int_equal(time_left_ns(&time_left, progress), 7 * 20);
    for (unsigned int i = 1; i < 8; i++)
        done(&time_left, progress, i, 1);
    assert_int_equal(time_left_ns(&time_left, progress), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_left_is_the_plans_before_all),
        cmocka_unit_test(test_time_left_learns),
        cmocka_unit_test(test_time_left_counts_a_repeated_run_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
