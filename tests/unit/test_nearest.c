// sources: host/nearest.c host/error.c
/* "Did you mean": near names are found, far ones are not guessed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "nearest.h"

static const char *const names[] = {"native", "container", "unikernel", "microvm", NULL};

static void test_nearest_finds_a_slip(void **state)
{
    (void)state;
    assert_string_equal(nearest_name("nativ", names), "native");
    assert_string_equal(nearest_name("contianer", names), "container");
    assert_string_equal(nearest_name("unikernal", names), "unikernel");
    assert_string_equal(nearest_name("micro-vm", names), "microvm");
}

static void test_nearest_does_not_guess(void **state)
{
    (void)state;
    assert_null(nearest_name("xyzzy", names));
    assert_null(nearest_name("", names));
    assert_null(nearest_name("a name longer than any that could be meant by anybody", names));
}

static void test_nearest_error_names_all(void **state)
{
    struct error error;
    (void)state;
    assert_int_equal(nearest_unknown(&error, "environment", "vm", names), -1);
    assert_int_equal(error.code, EXIT_USAGE);
    assert_string_equal(error.text, "unknown environment 'vm' (there are: native, container, "
                                    "unikernel, microvm)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_finds_a_slip),
        cmocka_unit_test(test_nearest_does_not_guess),
        cmocka_unit_test(test_nearest_error_names_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
