// sources: guest/payload/primes.c guest/payload/linear.c guest/payload/sample.c
// flags: -iquote guest/payload -lm
/* What the payload cpu computes with: primes, equations, percentiles. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "linear.h"
#include "primes.h"
#include "sample.h"

static uint64_t primes_below(uint64_t limit, uint64_t step)
{
    struct primes primes = {.next = PRIMES_FIRST, .found = 1}; // 2 is one
    while (primes.next < limit)
        primes_step(&primes, limit - primes.next < step ? limit : primes.next + step);
    return primes.found;
}

static void test_primes_are_counted(void **state)
{
    (void)state;
    assert_int_equal(primes_below(10000, 1), 1229);
    assert_int_equal(primes_below(10000, 1000000000), 1229);
    assert_int_equal(primes_below(3, 10), 1);
    assert_int_equal(primes_below(4, 10), 2);
    assert_int_equal(primes_below(100003, 500), 9592);
    assert_int_equal(primes_below(100004, 500), 9593); // 100003 is prime
}

static struct linear solved(size_t n)
{
    struct linear linear;
    linear_begin(&linear, n, malloc(linear_bytes(n)));
    while (!linear_step(&linear))
        ;
    return linear;
}

static void test_linear_solves(void **state)
{
    static const size_t sizes[] = {2, 3, 17, 64, 150};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct linear linear = solved(sizes[i]);
        assert_false(linear.singular);
        assert_true(linear_residual(&linear) < 16);
        assert_true(linear.norm_x > 0);
        free(linear.a);
    }
}

static double residual_with(double added)
{
    struct linear linear;
    linear_begin(&linear, 50, malloc(linear_bytes(50)));
    while (linear.phase != LINEAR_RESIDUAL)
        linear_step(&linear);
    linear.x[17] += added;
    while (!linear_step(&linear))
        ;
    free(linear.a);
    return linear_residual(&linear);
}

// A solution that is wrong in one place is noticed.
static void test_linear_notices_what_is_wrong(void **state)
{
    (void)state;
    assert_true(residual_with(0) < 16);
    assert_true(residual_with(1e-9) > 16);
    assert_true(residual_with((double)NAN) > 16);
}

static void test_sample_percentiles(void **state)
{
    struct sample *sample = calloc(2, sizeof *sample);
    (void)state;
    assert_int_equal(sample_percentile_ns(sample, 95), 0);
    for (uint64_t ns = 1; ns <= 1000; ns++)
        sample_add(&sample[ns % 2], ns * 1000);
    sample_merge(&sample[0], &sample[1]);
    assert_int_equal(sample->count, 1000);
    assert_int_equal(sample->least_ns, 1000);
    assert_int_equal(sample->most_ns, 1000000);
    assert_in_range(sample_percentile_ns(sample, 95), 950000 * 0.992, 950000 * 1.008);
    assert_int_equal(sample_percentile_ns(sample, 100), 1000000);
    sample_add(sample, UINT64_MAX);
    sample_add(sample, 0);
    assert_in_range(sample_percentile_ns(sample, 50), 500000 * 0.992, 500000 * 1.008);
    free(sample);
}

// As many as a memory job makes in an hour.
static void test_sample_counts_billions(void **state)
{
    struct sample *sample = calloc(2, sizeof *sample);
    (void)state;
    sample_add(sample, 1000);
    for (unsigned doubling = 0; doubling < 34; doubling++) {
        sample[1] = sample[0];
        sample_merge(&sample[0], &sample[1]);
    }
    sample_add(sample, 1000000);
    assert_in_range(sample_percentile_ns(sample, 95), 1000 * 0.992, 1000 * 1.008);
    free(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_primes_are_counted),
        cmocka_unit_test(test_linear_solves),
        cmocka_unit_test(test_linear_notices_what_is_wrong),
        cmocka_unit_test(test_sample_percentiles),
        cmocka_unit_test(test_sample_counts_billions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
