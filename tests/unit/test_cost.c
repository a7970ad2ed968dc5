// sources: host/report/cost.c host/study/run_status.c host/error.c
/* Who was charged for an answer: means over runs, and the excess over native block by block. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/cost.h"

static const struct scenario http = {.name = "tcp-500", .kind = "http"};
static const struct scenario udp = {.name = "udp-100k", .kind = "udp"};

// A good run of 100 answers: the server was charged cpu_ms, the machine was busy for so many times
// 10 ms.
static json_t *run(const char *environment, int block, int cpu_ms, int busy_10ms)
{
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:{s:i}, s:{s:I, s:I, s:i, s:{s:i, s:i}, s:{s:I, s:i, s:i, s:i}}}",
        "scenario", "tcp-500", "environment", environment, "status", "good", "block", block, "load",
        "completed", 100, "usage", "cpu_ns", (json_int_t)cpu_ms * 1000000, "wall_ns",
        (json_int_t)1000000000, "throttled_ns", 3000000, "driver", "user_ns", 1000000, "system_ns",
        2000000, "host", "busy_ns", (json_int_t)busy_10ms * 10000000, "softirq", 1, "steal", 2,
        "cpu_pressure_us", 250000);
}

static json_t *with_threads(json_t *record, int vcpu_ms, int emulator_ms)
{
    json_t *usage = json_object_get(record, "usage");
    json_object_set_new(usage, "vcpu", json_pack("{s:i}", "cpu_ns", vcpu_ms * 1000000));
    json_object_set_new(usage, "emulator", json_pack("{s:i}", "cpu_ns", emulator_ms * 1000000));
    return record;
}

static void assert_near(double value, double expected)
{
    assert_true(value > expected - 0.001 && value < expected + 0.001);
}

static void test_cost_splits_the_host_s_time(void **state)
{
    struct cost cost;
    (void)state;
    json_t *records = json_pack("[o, o]", run("native", 0, 10, 5), run("native", 1, 20, 7));
    cost_make(&cost, records, &http, "native");
    assert_int_equal(cost.runs, 2);
    assert_near(cost.charged_us, 150); // 100 and 200
    assert_near(cost.host_us, 600);    // 50 and 70 ms for 100 answers
    assert_near(cost.softirq_us, 100);
    assert_near(cost.driver_user_us, 10);
    assert_near(cost.driver_system_us, 20);
    assert_near(cost.rest_us, 600 - 150 - 30);
    assert_near(cost.steal_ms, 20);
    assert_near(cost.throttled_ms, 3);
    assert_near(cost.waiting_percent, 25);
    assert_false(cost.has_threads);
    assert_false(cost.has_excess); // it is the yardstick
    json_decref(records);
}

static void test_cost_splits_qemu(void **state)
{
    struct cost cost;
    (void)state;
    json_t *records = json_pack("[o]", with_threads(run("unikernel", 0, 10, 9), 6, 4));
    cost_make(&cost, records, &http, "unikernel");
    assert_true(cost.has_threads);
    assert_near(cost.vcpu_us, 60);
    assert_near(cost.emulator_us, 40);
    assert_false(cost.has_excess); // no native beside it
    json_t *json = cost_json(&cost);
    assert_true(json_is_null(json_object_get(json, "over_native_us")));
    assert_near(json_real_value(json_object_get(json, "vcpu_us")), 60);
    json_decref(json);
    json_decref(records);
}

static void test_cost_excess_is_of_the_same_block(void **state)
{
    struct cost cost;
    (void)state;
    // The machine was twice as busy in block 1, and has no good native in block 2.
    json_t *voided = run("native", 2, 10, 1);
    json_object_set_new(voided, "status", json_string("void"));
    json_t *records = json_pack("[o, o, o, o, o, o]", run("container", 0, 5, 6),
                                run("native", 0, 10, 5), run("container", 1, 5, 13),
                                run("native", 1, 10, 10), run("container", 2, 5, 99), voided);
    cost_make(&cost, records, &http, "container");
    assert_int_equal(cost.runs, 3);
    assert_int_equal(cost.excess_runs, 2);
    assert_near(cost.excess_us, 200); // 100 and 300
    json_decref(records);
}

static void test_cost_leaves_out_what_answered_nothing(void **state)
{
    struct cost cost;
    (void)state;
    json_t *silent = run("native", 0, 10, 5);
    json_object_set_new(json_object_get(silent, "load"), "completed", json_integer(0));
    json_t *records = json_pack("[o, o]", silent, run("container", 0, 10, 5));
    cost_make(&cost, records, &http, "native");
    assert_int_equal(cost.runs, 0);
    cost_make(&cost, records, &http, "container");
    assert_false(cost.has_excess);
    cost_make(&cost, records, &udp, "container"); // another scenario
    assert_int_equal(cost.runs, 0);
    json_decref(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cost_splits_the_host_s_time),
        cmocka_unit_test(test_cost_splits_qemu),
        cmocka_unit_test(test_cost_excess_is_of_the_same_block),
        cmocka_unit_test(test_cost_leaves_out_what_answered_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
