// sources: host/report/validity.c host/study/run_status.c
/* Void runs: counted for each environment, and a fifth of them is the most. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/validity.h"

static void add(json_t *records, const char *environment, const char *status, int count)
{
    while (count-- > 0)
        json_array_append_new(
            records, json_pack("{s:s, s:s}", "environment", environment, "status", status));
}

static void test_validity_counts_each_environment_without_its_failed_runs(void **state)
{
    (void)state;
    json_t *records = json_array();
    add(records, "native", "good", 4);
    add(records, "native", "void", 1);
    add(records, "native", "failed", 7);
    add(records, "container", "void", 2);
    struct validity native = validity_of(records, "native");
    assert_int_equal(native.runs, 5);
    assert_int_equal(native.voided, 1);
    struct validity all = validity_of(records, NULL);
    assert_int_equal(all.runs, 7);
    assert_int_equal(all.voided, 3);
    json_decref(records);
}

static void test_validity_ends_above_a_fifth(void **state)
{
    const struct validity fifth = {.runs = 10, .voided = 2}, more = {.runs = 9, .voided = 2},
                          none = {0}, all = {.runs = 3, .voided = 3};
    (void)state;
    assert_true(validity_allows_verdict(&fifth));
    assert_false(validity_allows_verdict(&more));
    assert_true(validity_allows_verdict(&none));
    assert_false(validity_allows_verdict(&all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity_counts_each_environment_without_its_failed_runs),
        cmocka_unit_test(test_validity_ends_above_a_fifth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
