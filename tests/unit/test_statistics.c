// sources: host/statistics/sample.c host/statistics/distribution.c host/statistics/interval.c host/statistics/shift.c host/statistics/permutation.c host/statistics/holm.c host/statistics/trend.c host/statistics/outlier.c host/statistics/verdict.c host/prng.c host/error.c
// flags: -lgsl -lgslcblas -lm
/* Statistics against independent answers: the distributions and moments against GSL, the rest
 * against R 4.2, whose calls stand beside the figures.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "statistics/distribution.h"
#include "statistics/holm.h"
#include "statistics/interval.h"
#include "statistics/outlier.h"
#include "statistics/permutation.h"
#include "statistics/sample.h"
#include "statistics/shift.h"
#include "statistics/trend.h"
#include "statistics/verdict.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const double x_values[] = {5.5, 1.1, 9.9, 2.3, 3.7, 2.9, 12.4, 4.2, 6.8, 7.1};
static const double y_values[] = {2.0, 3.3, 4.4, 5.0, 6.1, 7.7, 8.8, 9.1, 11.5, 14.2, 15.0};
static const double x_ties[] = {1, 2, 2, 3, 3, 3, 4, 5, 5, 9};
static const double y_ties[] = {2, 3, 3, 4, 5, 5, 6, 6, 7, 9, 9};

static struct sample sample_of(const double *values, size_t count)
{
    struct sample sample;
    struct error error = {0};
    assert_int_equal(sample_make(&sample, values, count, &error), 0);
    return sample;
}

static void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.15g is not within %g of %.15g", value, tolerance, expected);
}

static void test_sample_moments_are_those_of_gsl(void **state)
{
    (void)state;
    struct sample x = sample_of(x_values, COUNT(x_values));
    assert_close(x.mean, gsl_stats_mean(x_values, 1, COUNT(x_values)), 1e-14);
    assert_close(x.sd, gsl_stats_sd(x_values, 1, COUNT(x_values)), 1e-14);
    for (double fraction = 0; fraction <= 1; fraction += 0.03125)
        assert_close(sample_quantile(&x, fraction),
                     gsl_stats_quantile_from_sorted_data(x.value, 1, x.count, fraction), 1e-13);
    assert_close(x.median, 4.85, 1e-14);
    assert_close(sample_mad(&x), 2.1, 1e-14); // mad(x, constant = 1)
    sample_release(&x);
}

static void test_sample_keeps_the_digits_of_large_figures(void **state)
{
    (void)state;
    const double values[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    struct sample sample = sample_of(values, COUNT(values));
    assert_close(sample.sd, 1, 1e-9);
    sample_release(&sample);
}

static void test_sample_refuses_what_is_no_number(void **state)
{
    (void)state;
    const double values[] = {1, NAN, 2}, infinite[] = {INFINITY};
    struct sample sample;
    struct error error = {0};
    assert_int_equal(sample_make(&sample, values, 3, &error), -1);
    assert_string_equal(error.text, "figure 2 of 3 is no finite number");
    assert_int_equal(sample_make(&sample, infinite, 1, &error), -1);
    assert_int_equal(sample_make(&sample, values, 0, &error), -1);
}

static void test_sample_of_one_and_of_equals(void **state)
{
    (void)state;
    const double equal[] = {4, 4, 4, 4};
    for (size_t count = 1; count <= COUNT(equal); count++) {
        struct sample sample = sample_of(equal, count);
        assert_true(sample.mean == 4 && sample.median == 4 && sample.sd == 0);
        assert_true(sample_cv(&sample) == 0 && sample_mad(&sample) == 0);
        assert_true(sample_quantile(&sample, 0.9) == 4);
        sample_release(&sample);
    }
}

static void test_distribution_is_that_of_gsl(void **state)
{
    (void)state;
    for (double t = -8; t <= 8; t += 0.25) {
        assert_close(normal_cdf(t), gsl_cdf_ugaussian_P(t), 1e-15);
        for (double degrees = 1; degrees < 200; degrees = degrees * 2 + 1)
            assert_close(student_cdf(t, degrees), gsl_cdf_tdist_P(t, degrees), 1e-12);
    }
    for (double p = 0.001; p < 1; p += 0.0123) {
        assert_close(normal_quantile(p), gsl_cdf_ugaussian_Pinv(p), 1e-12);
        for (double degrees = 1; degrees < 200; degrees = degrees * 2 + 1)
            assert_close(student_quantile(p, degrees) / gsl_cdf_tdist_Pinv(p, degrees), 1, 1e-9);
    }
}

static void test_interval_student(void **state)
{
    (void)state;
    struct sample x = sample_of(x_values, COUNT(x_values));
    struct interval interval = interval_student(&x, 0.95); // t.test(x)$conf.int
    assert_close(interval.low, 3.06162962326007, 1e-10);
    assert_close(interval.high, 8.11837037673993, 1e-10);
    sample_release(&x);
    x = sample_of(x_values, 1);
    interval = interval_student(&x, 0.95);
    assert_true(isinf(interval.low) && isinf(interval.high));
    sample_release(&x);
}

/* boot.ci(boot(v, f, R = 200000), type = "bca"): with 10 000 draws ends move by a step or two. */
static void test_interval_bca_of_a_skewed_sample(void **state)
{
    (void)state;
    const double values[] = {1.2, 0.4, 0.3, 2.2, 0.9, 5.1, 0.6, 1.4,
                             0.2, 3.3, 0.8, 1.1, 0.5, 9.4, 0.7, 1.9};
    struct sample sample = sample_of(values, COUNT(values));
    struct interval interval;
    struct error error = {0};
    assert_int_equal(interval_bca(&interval, &sample, sample_mean_of, 0.95, 1, &error), 0);
    assert_close(interval.low, 1.0875, 0.03);
    assert_close(interval.high, 3.66875, 0.2);
    assert_int_equal(interval_bca(&interval, &sample, sample_median_of, 0.95, 1, &error), 0);
    assert_close(interval.low, 0.55, 0.051);
    assert_close(interval.high, 1.7, 0.21);
    sample_release(&sample);
}

static void test_interval_bca_is_repeatable_and_has_awkward_ends(void **state)
{
    (void)state;
    const double two[] = {1, 3}, equal[] = {2, 2, 2};
    struct interval first, second;
    struct error error = {0};
    struct sample x = sample_of(x_values, COUNT(x_values));
    assert_int_equal(interval_bca(&first, &x, sample_mean_of, 0.95, 42, &error), 0);
    assert_int_equal(interval_bca(&second, &x, sample_mean_of, 0.95, 42, &error), 0);
    assert_true(first.low == second.low && first.high == second.high);
    sample_release(&x);
    x = sample_of(two, 2);
    assert_int_equal(interval_bca(&first, &x, sample_mean_of, 0.95, 42, &error), 0);
    assert_true(first.low == 1 && first.high == 3);
    sample_release(&x);
    x = sample_of(equal, 3);
    assert_int_equal(interval_bca(&first, &x, sample_mean_of, 0.95, 42, &error), 0);
    assert_true(first.low == 2 && first.high == 2);
    sample_release(&x);
    x = sample_of(two, 1);
    assert_int_equal(interval_bca(&first, &x, sample_mean_of, 0.95, 42, &error), 0);
    assert_false(interval_is_known(&first));
    sample_release(&x);
}

static double p_of(const double *x_of, size_t x_count, const double *y_of, size_t y_count)
{
    struct sample x = sample_of(x_of, x_count), y = sample_of(y_of, y_count);
    struct error error = {0};
    double p;
    assert_int_equal(shift_p_value(&p, &x, &y, &error), 0);
    sample_release(&x);
    sample_release(&y);
    return p;
}

static void test_shift_p_value_is_that_of_r(void **state)
{
    (void)state;
    const double low[] = {1, 2, 3}, high[] = {4, 5, 6};
    double x_many[60], y_many[55];
    for (size_t i = 0; i < COUNT(x_many); i++)
        x_many[i] = fmod((double)i * 1.37, 11);
    for (size_t i = 0; i < COUNT(y_many); i++)
        y_many[i] = fmod((double)i * 2.91 + 1.5, 13);
    // wilcox.test(y, x)$p.value: exact, with ties, of many
    assert_close(p_of(x_values, 10, y_values, 11), 0.223023622404427, 1e-13);
    assert_close(p_of(low, 3, high, 3), 0.1, 1e-15);
    assert_close(p_of(high, 3, low, 3), 0.1, 1e-15);
    assert_close(p_of(x_ties, 10, y_ties, 11), 0.0868202971367332, 1e-13);
    assert_close(p_of(x_many, 60, y_many, 55), 0.505236363001313, 1e-12);
}

static void test_shift_p_value_of_equals_and_of_one(void **state)
{
    (void)state;
    const double equal[] = {7, 7, 7, 7};
    assert_true(p_of(equal, 4, equal, 3) == 1);
    assert_true(p_of(equal, 1, equal, 1) == 1);
    assert_true(p_of(x_values, 1, y_values, 1) == 1);
}

static void test_shift_cliffs_delta(void **state)
{
    (void)state;
    struct sample x = sample_of(x_values, 10), y = sample_of(y_values, 11);
    // mean(outer(x, y, function(a, b) sign(b - a)))
    assert_close(shift_cliffs_delta(&x, &y), 0.327272727272727, 1e-12);
    assert_close(shift_cliffs_delta(&y, &x), -0.327272727272727, 1e-12);
    sample_release(&x);
    sample_release(&y);
    x = sample_of(x_ties, 10);
    y = sample_of(y_ties, 11);
    assert_close(shift_cliffs_delta(&x, &y), 0.445454545454545, 1e-12);
    sample_release(&x);
    sample_release(&y);
}

static void test_shift_difference_and_ratio(void **state)
{
    (void)state;
    struct sample x = sample_of(x_values, 10), y = sample_of(y_values, 11);
    struct shift shift;
    struct error error = {0};
    // wilcox.test(y, x, conf.int = TRUE)
    assert_int_equal(shift_difference(&shift, &x, &y, 0.95, &error), 0);
    assert_close(shift.estimate, 2.1, 1e-12);
    assert_close(shift.interval.low, -1.1, 1e-12);
    assert_close(shift.interval.high, 6.2, 1e-12);
    // exp(wilcox.test(log(y), log(x), conf.int = TRUE, conf.level = 0.99)$conf.int)
    assert_int_equal(shift_ratio(&shift, &x, &y, 0.99, &error), 0);
    assert_close(shift.estimate, 1.44355496316455, 1e-12);
    assert_close(shift.interval.low, 0.619718309859155, 1e-12);
    assert_close(shift.interval.high, 3.82608695652174, 1e-12);
    sample_release(&x);
    sample_release(&y);
}

static void test_shift_ratio_needs_what_is_above_zero(void **state)
{
    (void)state;
    const double none[] = {0, 1, 2};
    struct sample x = sample_of(none, 3), y = sample_of(y_values, 11);
    struct shift shift = {0};
    struct error error = {0};
    assert_int_equal(shift_ratio(&shift, &x, &y, 0.95, &error), -1);
    assert_int_equal(shift_ratio(&shift, &y, &x, 0.95, &error), -1);
    sample_release(&x);
    sample_release(&y);
}

static void test_permutation_exact_and_drawn(void **state)
{
    (void)state;
    const double differences[] = {0.3, -0.1, 0.5, 0.2, 0.7, -0.2, 0.4, 0.6, 0.1, 0.35};
    double twice[20];
    for (size_t i = 0; i < COUNT(twice); i++)
        twice[i] = differences[i % COUNT(differences)];
    assert_close(permutation_p_value(differences, 10, 1), 0.021484375, 1e-12); // all 1024 in R
    // of 20 pairs, all 2^20 in R: 586 / 2^20
    assert_close(permutation_p_value(twice, 20, 1), 0.0005588531, 0.0003);
    assert_true(permutation_p_value(twice, 20, 1) > 0);
    assert_true(permutation_p_value(NULL, 0, 1) == 1);
}

static void test_holm_is_that_of_r(void **state)
{
    (void)state;
    // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "holm")
    double p[] = {0.01, 0.04, 0.03, 0.005, 0.5};
    const double adjusted[] = {0.04, 0.09, 0.09, 0.025, 0.5};
    struct error error = {0};
    assert_int_equal(holm_adjust(p, COUNT(p), &error), 0);
    for (size_t i = 0; i < COUNT(p); i++)
        assert_close(p[i], adjusted[i], 1e-15);
    assert_int_equal(holm_adjust(p, 0, &error), 0);
}

static void test_trend_is_that_of_r(void **state)
{
    (void)state;
    const double rising[] = {3.2, 1.1, 4.8, 2.2, 5.9, 4.1, 6.3, 5.5, 7.2, 6.1};
    const double ties[] = {1, 2, 2, 3, 2, 4, 4, 3, 5, 5, 5, 6}, equal[] = {3, 3, 3, 3};
    // cor.test(1:10, z, method = "kendall", exact = FALSE, continuity = TRUE)$p.value
    assert_close(trend_p_value(rising, 10), 0.0200446686226275, 1e-12);
    assert_close(trend_p_value(ties, 12), 0.000348141371309469, 1e-12);
    assert_close(trend_slope(rising, 10), 0.501818181818182, 1e-12); // lm(z ~ I(1:10))
    assert_close(trend_change_percent(rising, 10), 100 * 9 * 0.501818181818182 / 4.64, 1e-9);
    assert_true(trend_change_percent(equal, 4) == 0);
    assert_true(trend_p_value(equal, 4) == 1 && trend_slope(equal, 4) == 0);
    assert_true(trend_p_value(rising, 2) == 1 && trend_slope(rising, 1) == 0);
}

static void test_outlier_flags_what_is_far(void **state)
{
    (void)state;
    const double values[] = {1.0, 1.1, 0.9, 1.05, 0.95, 1.02, 1.3, 9.0};
    struct sample sample = sample_of(values, COUNT(values));
    assert_true(outlier_by_mad(&sample, 9.0));
    assert_false(outlier_by_mad(&sample, 1.3));
    assert_true(outlier_by_fences(&sample, 1.6));
    assert_false(outlier_by_fences(&sample, 1.1));
    sample_release(&sample);
}

static void test_verdict_needs_significance_and_effect(void **state)
{
    (void)state;
    const struct shift twice = {2, {1.8, 2.2}}, slight = {1.03, {1.02, 1.04}};
    const struct shift half = {0.5, {0.4, 0.6}}, wide = {1.02, {0.8, 1.3}};
    assert_int_equal(verdict_of(&twice, 0.001, 30, 0.05), VERDICT_HIGHER);
    assert_int_equal(verdict_of(&half, 0.001, 30, 0.05), VERDICT_LOWER);
    assert_int_equal(verdict_of(&twice, 0.02, 30, 0.05), VERDICT_CANNOT_TELL);
    assert_int_equal(verdict_of(&twice, 0.001, 9, 0.05), VERDICT_CANNOT_TELL);
    assert_int_equal(verdict_of(&slight, 0.0001, 30, 0.05), VERDICT_SAME);
    assert_int_equal(verdict_of(&slight, 0.0001, 30, 0.02), VERDICT_HIGHER);
    assert_int_equal(verdict_of(&wide, 0.6, 30, 0.05), VERDICT_CANNOT_TELL);
    assert_string_equal(verdict_name(VERDICT_SAME), "same");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_moments_are_those_of_gsl),
        cmocka_unit_test(test_sample_keeps_the_digits_of_large_figures),
        cmocka_unit_test(test_sample_refuses_what_is_no_number),
        cmocka_unit_test(test_sample_of_one_and_of_equals),
        cmocka_unit_test(test_distribution_is_that_of_gsl),
        cmocka_unit_test(test_interval_student),
        cmocka_unit_test(test_interval_bca_of_a_skewed_sample),
        cmocka_unit_test(test_interval_bca_is_repeatable_and_has_awkward_ends),
        cmocka_unit_test(test_shift_p_value_is_that_of_r),
        cmocka_unit_test(test_shift_p_value_of_equals_and_of_one),
        cmocka_unit_test(test_shift_cliffs_delta),
        cmocka_unit_test(test_shift_difference_and_ratio),
        cmocka_unit_test(test_shift_ratio_needs_what_is_above_zero),
        cmocka_unit_test(test_permutation_exact_and_drawn),
        cmocka_unit_test(test_holm_is_that_of_r),
        cmocka_unit_test(test_trend_is_that_of_r),
        cmocka_unit_test(test_outlier_flags_what_is_far),
        cmocka_unit_test(test_verdict_needs_significance_and_effect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
