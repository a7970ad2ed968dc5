// sources: host/measure/hostcpu.c host/measure/process.c host/measure/procfile.c host/error.c
/* The whole host's figures: /proc/stat, pressure, and the difference of two readings. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/hostcpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_hostcpu_parse(void **state)
{
    (void)state;
    static const char text[] = "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 5\n";
    struct hostcpu hostcpu = {0};
    assert_int_equal(hostcpu_parse(text, strlen(text), &hostcpu), 0);
    assert_int_equal(hostcpu.user, 1);
    assert_int_equal(hostcpu.idle, 4);
    assert_int_equal(hostcpu.softirq, 7);
    assert_int_equal(hostcpu.steal, 8);
    assert_int_equal(hostcpu.guest, 9);
    assert_int_equal(hostcpu_busy_ticks(&hostcpu), 1 + 2 + 3 + 6 + 7);
    assert_int_equal(hostcpu_parse(text, 12, &hostcpu), -1);
    assert_int_equal(hostcpu_parse("cpu0 1 2 3 4 5 6 7 8 9", 22, &hostcpu), -1);
    assert_int_equal(hostcpu_parse("", 0, &hostcpu), -1);
}

static void test_hostcpu_pressure_parse(void **state)
{
    (void)state;
    static const char text[] = "some avg10=0.00 avg60=1.25 avg300=0.00 total=987654\n"
                               "full avg10=0.00 avg60=0.00 avg300=0.00 total=1\n";
    uint64_t total_us = 0;
    assert_int_equal(hostcpu_pressure_parse(text, strlen(text), &total_us), 0);
    assert_int_equal(total_us, 987654);
    assert_int_equal(hostcpu_pressure_parse(text + 52, strlen(text) - 52, &total_us), -1);
    assert_int_equal(hostcpu_pressure_parse("some avg10=0.00\nx total=5\n", 26, &total_us), -1);
    assert_int_equal(hostcpu_pressure_parse("some total=", 11, &total_us), -1);
    assert_int_equal(hostcpu_pressure_parse("", 0, &total_us), -1);
}

static void test_hostcpu_difference(void **state)
{
    (void)state;
    const struct hostcpu before = {
        .user = 10, .idle = 50, .softirq = 1, .has_pressure = true, .cpu_pressure_us = 5};
    const struct hostcpu after = {
        .user = 15, .idle = 49, .softirq = 4, .has_pressure = true, .cpu_pressure_us = 9};
    struct hostcpu difference = hostcpu_difference(&before, &after);
    assert_int_equal(difference.user, 5);
    assert_int_equal(difference.softirq, 3);
    assert_int_equal(difference.idle, 0); /* it may run backwards */
    assert_int_equal(difference.cpu_pressure_us, 4);
    assert_true(difference.has_pressure);
}

/* Two CPUs for a second: of 2 s 0.5 + 0.25 + 0.05 s were idle, waiting or stolen, whatever the
 * ticks of user and system say. */
static void test_hostcpu_busy_is_what_is_not_idle(void **state)
{
    (void)state;
    struct hostcpu second = {.at_ns = 1000000000, .cpus = 2, .user = 3};
    second.idle = 50;
    second.iowait = 25;
    second.steal = 5;
    assert_int_equal(hostcpu_busy_ns(&second), 1200000000);
    second.idle = 300; /* ticks are rounded, and the readings not of one moment */
    assert_int_equal(hostcpu_busy_ns(&second), 0);
    const struct hostcpu before = {.at_ns = 5, .cpus = 2}, after = {.at_ns = 12, .cpus = 2};
    struct hostcpu difference = hostcpu_difference(&before, &after);
    assert_int_equal(difference.at_ns, 7);
    assert_int_equal(difference.cpus, 2);
}

static void test_hostcpu_json_without_pressure(void **state)
{
    (void)state;
    struct hostcpu hostcpu = {.user = 3, .softirq = 4};
    json_t *json = hostcpu_json(&hostcpu);
    assert_int_equal(json_integer_value(json_object_get(json, "busy")), 7);
    assert_int_equal(json_integer_value(json_object_get(json, "softirq")), 4);
    assert_null(json_object_get(json, "cpu_pressure_us"));
    json_decref(json);
    hostcpu.has_pressure = true;
    json = hostcpu_json(&hostcpu);
    assert_non_null(json_object_get(json, "cpu_pressure_us"));
    json_decref(json);
}

static void test_hostcpu_reads_this_machine(void **state)
{
    (void)state;
    struct hostcpu hostcpu;
    struct error error;
    assert_int_equal(hostcpu_read(&hostcpu, &error), 0);
    assert_true(hostcpu_busy_ticks(&hostcpu) > 0);
    assert_true(hostcpu.cpus > 0 && hostcpu.at_ns > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostcpu_parse),
        cmocka_unit_test(test_hostcpu_pressure_parse),
        cmocka_unit_test(test_hostcpu_difference),
        cmocka_unit_test(test_hostcpu_busy_is_what_is_not_idle),
        cmocka_unit_test(test_hostcpu_json_without_pressure),
        cmocka_unit_test(test_hostcpu_reads_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
