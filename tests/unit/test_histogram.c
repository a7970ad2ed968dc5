// sources: host/load/histogram.c host/load/histogram_json.c host/error.c
/* The log-linear histogram: its error, its exact moments, merging, and records read back. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/histogram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define S_NS UINT64_C(1000000000)

static struct histogram histogram;

static int clear(void **state)
{
    (void)state;
    histogram = (struct histogram){0};
    return 0;
}

static void test_histogram_empty(void **state)
{
    (void)state;
    assert_int_equal(histogram_percentile_ns(&histogram, 50), 0);
    assert_true(histogram_sd_ns(&histogram) == 0);
}

/* Every value from 1 us to 60 s, in steps of about 0.3 %, comes back within 1 %. */
static void test_histogram_error_below_one_percent(void **state)
{
    (void)state;
    for (uint64_t value_ns = 1000; value_ns <= 60 * S_NS; value_ns += value_ns / 300 + 1) {
        histogram = (struct histogram){0};
        /* neighbours on both sides, so that min and max do not clamp the answer */
        histogram_record(&histogram, 0);
        histogram_record(&histogram, value_ns);
        histogram_record(&histogram, 61 * S_NS);
        double found = (double)histogram_percentile_ns(&histogram, 50);
        assert_true(fabs(found - (double)value_ns) <= 0.01 * (double)value_ns);
    }
    assert_int_equal(histogram.clipped, 0);
}

static void test_histogram_small_values_exact(void **state)
{
    (void)state;
    for (uint64_t value_ns = 0; value_ns < 256; value_ns++) {
        histogram = (struct histogram){0};
        histogram_record(&histogram, 0);
        histogram_record(&histogram, value_ns);
        histogram_record(&histogram, 1000);
        assert_int_equal(histogram_percentile_ns(&histogram, 66), value_ns);
    }
}

static void test_histogram_too_long_clips_but_keeps_max(void **state)
{
    (void)state;
    histogram_record(&histogram, 5);
    histogram_record(&histogram, UINT64_C(1) << 36);
    histogram_record(&histogram, UINT64_MAX);
    assert_int_equal(histogram.clipped, 2);
    assert_int_equal(histogram.count, 3);
    assert_true(histogram.max_ns == UINT64_MAX);
    assert_int_equal(histogram_percentile_ns(&histogram, 0), 5);
    assert_true(histogram_percentile_ns(&histogram, 100) == UINT64_MAX);
}

static void test_histogram_percentiles_by_rank(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 100; i++)
        histogram_record(&histogram, i);
    assert_int_equal(histogram_percentile_ns(&histogram, 0), 1);
    assert_int_equal(histogram_percentile_ns(&histogram, 1), 1);
    assert_int_equal(histogram_percentile_ns(&histogram, 50), 50);
    assert_int_equal(histogram_percentile_ns(&histogram, 99), 99);
    assert_int_equal(histogram_percentile_ns(&histogram, 99.5), 100);
    assert_int_equal(histogram_percentile_ns(&histogram, 100), 100);
}

static void test_histogram_mean_and_sd_exact(void **state)
{
    (void)state;
    /* far from zero: where a sum of squares would have lost the difference */
    const uint64_t base = 40 * S_NS;
    const uint64_t values[] = {base + 2, base + 4, base + 4, base + 4,
                               base + 5, base + 5, base + 7, base + 9};
    for (size_t i = 0; i < 8; i++)
        histogram_record(&histogram, values[i]);
    assert_true(fabs(histogram.mean_ns - (double)(base + 5)) < 1e-3);
    assert_true(fabs(histogram_sd_ns(&histogram) - sqrt(32.0 / 7.0)) < 1e-3);
}

static void record_random(struct histogram *into, struct histogram *also, unsigned seed, int count)
{
    srandom(seed);
    for (int i = 0; i < count; i++) {
        uint64_t value_ns = (uint64_t)random() << (random() % 6);
        histogram_record(into, value_ns);
        histogram_record(also, value_ns);
    }
}

static void assert_same(const struct histogram *a, const struct histogram *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->clipped, b->clipped);
    assert_int_equal(a->min_ns, b->min_ns);
    assert_int_equal(a->max_ns, b->max_ns);
    assert_memory_equal(a->bucket, b->bucket, sizeof a->bucket);
    assert_true(fabs(a->mean_ns - b->mean_ns) <= 1e-9 * b->mean_ns);
    assert_true(fabs(histogram_sd_ns(a) - histogram_sd_ns(b)) <= 1e-9 * histogram_sd_ns(b));
}

static void test_histogram_merge_equals_recording_together(void **state)
{
    (void)state;
    static struct histogram one;
    static struct histogram other;
    static struct histogram empty;
    record_random(&one, &histogram, 1, 1000);
    record_random(&other, &histogram, 2, 10);
    histogram_merge(&one, &other);
    histogram_merge(&one, &empty);
    assert_same(&one, &histogram);
    histogram_merge(&empty, &histogram);
    assert_same(&empty, &histogram);
}

static void test_histogram_record_read_back(void **state)
{
    (void)state;
    static struct histogram unused;
    static struct histogram read;
    struct error error;
    record_random(&histogram, &unused, 3, 500);

    /* through text, as a record does */
    json_t *json = histogram_json(&histogram);
    char *text = json_dumps(json, 0);
    json_t *again = json_loads(text, 0, NULL);
    assert_int_equal(histogram_from_json(&read, again, &error), 0);
    assert_same(&read, &histogram);
    json_decref(again);
    json_decref(json);
    free(text);
}

static void test_histogram_refuses_bad_records(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{}",
        "[]",
        /* another unit; another resolution */
        "{'unit':'us','sub_bits':7,'count':0,'clipped':0,'min':0,'max':0,'mean':0,'squares':0,"
        "'buckets':[]}",
        "{'unit':'ns','sub_bits':8,'count':0,'clipped':0,'min':0,'max':0,'mean':0,'squares':0,"
        "'buckets':[]}",
        /* buckets that sum up to less, to more, go backwards, are out of range, are negative */
        "{'unit':'ns','sub_bits':7,'count':2,'clipped':0,'min':1,'max':1,'mean':1,'squares':0,"
        "'buckets':[[1,1]]}",
        "{'unit':'ns','sub_bits':7,'count':1,'clipped':0,'min':1,'max':1,'mean':1,'squares':0,"
        "'buckets':[[1,2]]}",
        "{'unit':'ns','sub_bits':7,'count':2,'clipped':0,'min':1,'max':2,'mean':1,'squares':0,"
        "'buckets':[[2,1],[1,1]]}",
        "{'unit':'ns','sub_bits':7,'count':1,'clipped':0,'min':1,'max':1,'mean':1,'squares':0,"
        "'buckets':[[3840,1]]}",
        "{'unit':'ns','sub_bits':7,'count':1,'clipped':0,'min':1,'max':1,'mean':1,'squares':0,"
        "'buckets':[[-1,1]]}",
        "{'unit':'ns','sub_bits':7,'count':1,'clipped':0,'min':1,'max':1,'mean':1,'squares':0,"
        "'buckets':[[1,-1],[2,2]]}",
        /* max below min, negative squares, more clipped than counted */
        "{'unit':'ns','sub_bits':7,'count':1,'clipped':0,'min':2,'max':1,'mean':1,'squares':0,"
        "'buckets':[[1,1]]}",
        "{'unit':'ns','sub_bits':7,'count':1,'clipped':0,'min':1,'max':1,'mean':1,'squares':-1,"
        "'buckets':[[1,1]]}",
        "{'unit':'ns','sub_bits':7,'count':1,'clipped':2,'min':1,'max':1,'mean':1,'squares':0,"
        "'buckets':[[1,1]]}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];
        size_t length = 0;
        struct error error = {0};
        for (const char *c = bad[i]; *c != '\0'; c++)
            text[length++] = *c == '\'' ? '"' : *c;
        json_t *json = json_loadb(text, length, 0, NULL);
        assert_non_null(json);
        assert_int_equal(histogram_from_json(&histogram, json, &error), -1);
        assert_int_equal(error.code, EXIT_FAILED);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_histogram_empty, clear),
        cmocka_unit_test_setup(test_histogram_error_below_one_percent, clear),
        cmocka_unit_test_setup(test_histogram_small_values_exact, clear),
        cmocka_unit_test_setup(test_histogram_too_long_clips_but_keeps_max, clear),
        cmocka_unit_test_setup(test_histogram_percentiles_by_rank, clear),
        cmocka_unit_test_setup(test_histogram_mean_and_sd_exact, clear),
        cmocka_unit_test_setup(test_histogram_merge_equals_recording_together, clear),
        cmocka_unit_test_setup(test_histogram_record_read_back, clear),
        cmocka_unit_test_setup(test_histogram_refuses_bad_records, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
