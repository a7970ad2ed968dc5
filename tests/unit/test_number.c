// sources: host/number.c host/error.c
/* Numbers that people type: what is taken, and that all else is refused by name and range. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_number_takes_the_whole_range(void **state)
{
    (void)state;
    struct error error;
    uint64_t value;
    assert_int_equal(number_parse("--rate", "1", 1, 1000, &value, &error), 0);
    assert_int_equal(value, 1);
    assert_int_equal(number_parse("--rate", "01000", 1, 1000, &value, &error), 0);
    assert_int_equal(value, 1000);
    assert_int_equal(number_parse("--seed", "18446744073709551615", 0, UINT64_MAX, &value, &error),
                     0);
    assert_true(value == UINT64_MAX);
}

static void test_number_refuses_all_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "0",
                                      "1001",
                                      "-5",
                                      "+5",
                                      " 5",
                                      "5 ",
                                      "5x",
                                      "0x10",
                                      "1e3",
                                      "5.0",
                                      "5,",
                                      "abc",
                                      "\t1",
                                      "18446744073709551617",
                                      "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error error = {0};
        uint64_t value = 77;
        assert_int_equal(number_parse("--rate", bad[i], 1, 1000, &value, &error), -1);
        assert_int_equal(value, 77);
        assert_int_equal(error.code, EXIT_USAGE);
        assert_non_null(strstr(error.text, "--rate"));
        assert_non_null(strstr(error.text, "1 to 1000"));
    }
}

static void test_number_seconds(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint64_t ns;
    } good[] = {
        {"60", 60000000000}, {"0.5", 500000000}, {"2.000000001", 2000000001}, {"1.5", 1500000000}};
    struct error error;
    uint64_t value_ns;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(
            number_parse_seconds("--duration", good[i].text, 1, 86400000000000, &value_ns, &error),
            0);
        assert_int_equal(value_ns, good[i].ns);
    }
}

static void test_number_seconds_refuses_all_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      ".",
                                      ".5",
                                      "5.",
                                      "1..5",
                                      "1.5.5",
                                      "-1",
                                      "0",
                                      "1s",
                                      "1e3",
                                      "inf",
                                      "nan",
                                      "1.0000000001",
                                      "86401",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error error = {0};
        uint64_t value_ns = 77;
        assert_int_equal(number_parse_seconds("--duration", bad[i], 100000000, 86400000000000,
                                              &value_ns, &error),
                         -1);
        assert_int_equal(value_ns, 77);
        assert_int_equal(error.code, EXIT_USAGE);
        assert_non_null(strstr(error.text, "0.1 to 86400"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_takes_the_whole_range),
        cmocka_unit_test(test_number_refuses_all_else),
        cmocka_unit_test(test_number_seconds),
        cmocka_unit_test(test_number_seconds_refuses_all_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
