// sources: host/report/steadiness.c host/report/doubt.c host/report/validity.c host/statistics/trend.c host/statistics/sample.c host/statistics/distribution.c host/study/run_status.c host/error.c
/* A machine that is steady, drifts, or is noisy; a server that settles; why there is no verdict. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/steadiness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/doubt.h"

// A good run of tcp-500 in native, before which the canary took so long.
static void add(json_t *records, double wall_ms, double cpu_ms, const char *status)
{
    json_t *canary = json_pack("{s:I, s:I}", "wall_ns", (json_int_t)(wall_ms * 1e6), "cpu_ns",
                               (json_int_t)(cpu_ms * 1e6));
    json_array_append_new(records,
                          json_pack("{s:s, s:s, s:s, s:o}", "scenario", "tcp-500", "environment",
                                    "native", "status", status, "canary", canary));
}

static void test_steadiness_of_a_steady_machine(void **state)
{
    (void)state;
    json_t *records = json_array();
    for (int i = 0; i < 20; i++)
        add(records, 50 + i % 2, 50 + i % 2, "good");
    struct steadiness steadiness = steadiness_of(records);
    assert_int_equal(steadiness.runs, 20);
    assert_true(fabs(steadiness.median_ms - 50.5) < 1e-9);
    assert_true(steadiness.slowed_percent == 0 && steadiness_allows_verdict(&steadiness));
    assert_true(steadiness.change_p > STEADINESS_DRIFT_LEVEL);
    json_decref(records);
}

static void test_steadiness_tells_drift_from_noise(void **state)
{
    (void)state;
    json_t *drifting = json_array(), *noisy = json_array();
    for (int i = 0; i < 20; i++)
        add(drifting, 50 + 0.1 * i, 50 + 0.1 * i, "good");
    for (int i = 0; i < 20; i++)
        add(noisy, i % 4 == 0 ? 60 : 50, 50, "good"); // 5 of 20 took a fifth longer
    struct steadiness steadiness = steadiness_of(drifting);
    assert_true(steadiness.change_p < STEADINESS_DRIFT_LEVEL);
    assert_true(fabs(steadiness.change_percent - 100 * 1.9 / 50.95) < 1e-9);
    assert_true(steadiness_allows_verdict(&steadiness));
    steadiness = steadiness_of(noisy);
    assert_true(steadiness.slowed_percent == 25 && !steadiness_allows_verdict(&steadiness));
    json_decref(drifting);
    json_decref(noisy);
}

static void test_steadiness_knows_nothing_without_canaries(void **state)
{
    (void)state;
    json_t *records = json_pack("[{s:s}]", "status", "good");
    struct steadiness steadiness = steadiness_of(records);
    assert_int_equal(steadiness.runs, 0);
    assert_true(steadiness_allows_verdict(&steadiness) && steadiness.change_p == 1);
    json_decref(records);
}

static json_t *series(const double *percent, size_t count)
{
    json_t *samples = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(samples, json_pack("[f, f, i]", (double)i, percent[i], 4096));
    return json_pack("{s:{s:o}}", "samples", "samples", samples);
}

static void test_steadiness_within_a_run(void **state)
{
    (void)state;
    // The seconds at either end are partly, or wholly, outside of the load.
    static const double steady[] = {0, 3, 10, 10, 10, 10, 4, 0};
    static const double settling[] = {0, 3, 20, 18, 16, 14, 12, 4, 0};
    static const double few[] = {0, 3, 20, 18, 4, 0};
    json_t *record = series(steady, 8);
    assert_true(steadiness_within_run(record) == 0);
    json_decref(record);
    record = series(settling, 9);
    assert_true(fabs(steadiness_within_run(record) + 50) < 1e-9); // 8 of a mean of 16
    json_decref(record);
    record = series(few, 6);
    assert_true(isnan(steadiness_within_run(record)));
    json_decref(record);
}

static void test_doubt_names_what_is_wrong(void **state)
{
    (void)state;
    char text[DOUBT_BYTES];
    json_t *records = json_array();
    for (int i = 0; i < 9; i++)
        add(records, 50, 50, "good");
    assert_true(doubt_of(text, records, "tcp-500", "native") && strstr(text, "9 good runs"));
    add(records, 50, 50, "good");
    assert_false(doubt_of(text, records, "tcp-500", "native"));
    assert_string_equal(text, "");
    for (int i = 0; i < 3; i++)
        add(records, 50, 50, "void");
    assert_true(doubt_of(text, records, "tcp-500", "native") && strstr(text, "3 of 13 runs"));
    json_array_clear(records);
    for (int i = 0; i < 20; i++)
        add(records, i % 3 == 0 ? 60 : 50, 50, "good");
    assert_true(doubt_of(text, records, "tcp-500", "native") && strstr(text, "machine was noisy"));
    json_decref(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steadiness_of_a_steady_machine),
        cmocka_unit_test(test_steadiness_tells_drift_from_noise),
        cmocka_unit_test(test_steadiness_knows_nothing_without_canaries),
        cmocka_unit_test(test_steadiness_within_a_run),
        cmocka_unit_test(test_doubt_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
