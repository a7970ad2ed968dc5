// sources: host/study/counters.c
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "study/counters.h"

static void test_counters_of_a_line(void **state)
{
    (void)state;
    json_t *counters = counters_parse("stats: received=12 sent=0 notified_receive=7\r\n");
    assert_non_null(counters);
    assert_int_equal(json_object_size(counters), 3);
    assert_int_equal(json_integer_value(json_object_get(counters, "received")), 12);
    assert_int_equal(json_integer_value(json_object_get(counters, "notified_receive")), 7);
    json_decref(counters);
}

static void test_counters_skip_what_is_none(void **state)
{
    (void)state;
    json_t *counters =
        counters_parse("stats: a=1 b= =2 c=-3 d=4x e=99999999999999999999 F=1 g h=8");
    assert_int_equal(json_object_size(counters), 2);
    assert_int_equal(json_integer_value(json_object_get(counters, "h")), 8);
    json_decref(counters);
}

static void test_counters_of_another_line(void **state)
{
    (void)state;
    assert_null(counters_parse("web: serving on port 80"));
    assert_null(counters_parse(""));
    assert_null(counters_read("/nonexistent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counters_of_a_line),
        cmocka_unit_test(test_counters_skip_what_is_none),
        cmocka_unit_test(test_counters_of_another_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
