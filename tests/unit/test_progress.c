// sources: host/study/progress.c host/study/run_status.c host/error.c
/* How far a study has come: what is done is told from its records alone. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "study/progress.h"

static const struct environment native = {.name = "native"}, container = {.name = "container"};
static const struct scenario tcp = {.name = "tcp-500"};
static struct schedule_entry order[] = {{0, 0, 1}, {0, 0, 0}, {1, 0, 0}, {1, 0, 1}};
static const struct plan plan = {.scenarios = {&tcp},
                                 .scenario_count = 1,
                                 .environments = {&native, &container},
                                 .environment_count = 2,
                                 .order = order,
                                 .order_count = 4};

static json_t *record(int run, const char *environment, const char *status)
{
    return json_pack("{s:i, s:s, s:s, s:s}", "run", run, "scenario", "tcp-500", "environment",
                     environment, "status", status);
}

static struct progress *progress_of_records(json_t *records)
{
    struct error error;
    struct progress *progress = progress_of(&plan, records, &error);
    assert_non_null(progress);
    json_decref(records);
    return progress;
}

static void test_progress_of_no_records(void **state)
{
    struct error error;
    (void)state;
    struct progress *progress = progress_of(&plan, NULL, &error);
    for (unsigned int i = 0; i < plan.order_count; i++)
        assert_false(progress_is_done(&progress[i]));
    free(progress);
}

static void test_progress_takes_good_and_failed_runs_as_done(void **state)
{
    (void)state;
    struct progress *progress = progress_of_records(
        json_pack("[o, o]", record(0, "container", "good"), record(2, "native", "failed")));
    assert_true(progress_is_done(&progress[0]));
    assert_false(progress_is_done(&progress[1]));
    assert_true(progress_is_done(&progress[2]));
    assert_int_equal(progress[2].status, RUN_FAILED);
    assert_false(progress_is_done(&progress[3]));
    free(progress);
}

static void test_progress_repeats_a_void_run_a_few_times(void **state)
{
    (void)state;
    json_t *records = json_array();
    for (int i = 0; i < PROGRESS_ATTEMPTS; i++) {
        struct progress *progress = progress_of_records(json_copy(records));
        assert_int_equal(progress[1].attempts, i);
        assert_false(progress_is_done(&progress[1]));
        free(progress);
        json_array_append_new(records, record(1, "native", "void"));
    }
    struct progress *progress = progress_of_records(records);
    assert_true(progress_is_done(&progress[1]));
    assert_int_equal(progress[1].status, RUN_VOID);
    free(progress);
}

static void test_progress_counts_a_void_run_that_became_good(void **state)
{
    (void)state;
    struct progress *progress = progress_of_records(
        json_pack("[o, o]", record(1, "native", "void"), record(1, "native", "good")));
    assert_true(progress_is_done(&progress[1]));
    assert_int_equal(progress[1].status, RUN_GOOD);
    free(progress);
}

static void test_progress_refuses_records_of_another_plan(void **state)
{
    struct error error;
    json_t *const strangers[] = {record(0, "native", "good"), record(4, "native", "good"),
                                 record(-1, "native", "good"), json_pack("{s:s}", "run", "0")};
    (void)state;
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        json_t *records = json_pack("[o]", strangers[i]);
        assert_null(progress_of(&plan, records, &error));
        assert_int_equal(error.code, EXIT_USAGE);
        json_decref(records);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_progress_of_no_records),
        cmocka_unit_test(test_progress_takes_good_and_failed_runs_as_done),
        cmocka_unit_test(test_progress_repeats_a_void_run_a_few_times),
        cmocka_unit_test(test_progress_counts_a_void_run_that_became_good),
        cmocka_unit_test(test_progress_refuses_records_of_another_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
