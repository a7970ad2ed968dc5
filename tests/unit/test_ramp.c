// sources: host/study/experiment_ramp.c host/study/figures.c host/load/histogram.c host/error.c
/* A ramp finds the rate at which a server of a known capacity breaks; a generator of a known limit
 * is named as what broke, and voids the run only where it never got to test the server.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "clock.h"
#include "environment/isolation.h"
#include "study/experiment_http.h"
#include "study/figures.h"

// The server answers in 1 ms up to its capacity, in a second above it.
static uint64_t capacity_per_s;
static uint64_t generator_per_s; // above it every step is void
static bool late_is_slow;        // ... and its answers are late, too
static unsigned int straggler;   // a repeated SYN: that many answers come a second later
static unsigned int void_once;   // so many steps are void and slow, whatever their rate
static unsigned int steps;

const struct experiment experiment_http = {.kind = "http"};

bool isolation_interrupted(void)
{
    return false;
}

void cfg_refuse(struct cfg *cfg, const config_setting_t *setting, const char *format, ...)
{
    (void)cfg;
    (void)setting;
    fail_msg("%s", format);
}

int experiment_http_run(const struct server *server, uint64_t rate_per_s, uint64_t duration_ns,
                        struct source_ports *ports, struct http_load_result *http,
                        struct error *error)
{
    bool is_late = rate_per_s > generator_per_s || steps < void_once;
    bool is_slow = rate_per_s > capacity_per_s || (is_late && late_is_slow);
    (void)server;
    (void)ports;
    (void)error;
    *http = (struct http_load_result){.rate_per_s = rate_per_s,
                                      .duration_ns = duration_ns,
                                      .due = rate_per_s,
                                      .started = rate_per_s,
                                      .completed = rate_per_s,
                                      .interrupted = is_late,
                                      .second_count = 2};
    http->seconds = calloc(2, sizeof *http->seconds);
    http->seconds[0].completed = (uint32_t)rate_per_s - straggler;
    http->seconds[1].completed = straggler;
    http->achieved_per_s = (double)rate_per_s / (straggler ? 2 : 1);
    for (uint64_t i = 0; i < rate_per_s; i++)
        histogram_record(&http->latency, (is_slow ? 1000 : 1) * NS_PER_MS);
    steps++;
    return 0;
}

bool http_load_void(const struct http_load_result *result, char *reason, size_t reason_bytes)
{
    snprintf(reason, reason_bytes, "%s", result->interrupted ? "late" : "");
    return result->interrupted;
}

void http_load_result_free(struct http_load_result *result)
{
    free(result->seconds);
}

// 100, 200 ... 1000 a second, a second each, to within 10; the figures are the caller's.
static json_t *ramp(struct experiment_result *result)
{
    static const uint64_t from_to_step[] = {100, 1000, 100};
    static const char *const keys[] = {"from_per_s", "to_per_s", "step_per_s"};
    unsigned char *values = calloc(1, experiment_ramp.settings_bytes);
    json_t *figures = json_object();
    struct error error;
    for (const struct setting *setting = experiment_ramp.settings; setting->key; setting++) {
        uint64_t *value = (uint64_t *)(void *)(values + setting->offset);
        *value = setting->otherwise;
        for (int i = 0; i < 3; i++)
            if (strcmp(setting->key, keys[i]) == 0)
                *value = from_to_step[i];
        if (strcmp(setting->key, "hold_s") == 0)
            *value = NS_PER_S;
        if (strcmp(setting->key, "precision_per_s") == 0)
            *value = 10;
    }
    *result = (struct experiment_result){0};
    steps = 0;
    assert_int_equal(experiment_ramp.load(values, NULL, NULL, figures, result, &error), 0);
    json_decref(result->json);
    free(values);
    return figures;
}

static double number(const json_t *figures, const char *name)
{
    return json_number_value(json_object_get(figures, name));
}

static void reset(uint64_t capacity, uint64_t generator)
{
    capacity_per_s = capacity;
    generator_per_s = generator;
    late_is_slow = false;
    straggler = 0;
    void_once = 0;
}

static void test_ramp_finds_the_capacity(void **state)
{
    struct experiment_result result;
    (void)state;
    reset(537, 10000);
    json_t *figures = ramp(&result);
    assert_false(result.is_void);
    assert_true(number(figures, "sustained_per_s") <= 537);
    assert_true(number(figures, "sustained_per_s") >= 527);
    assert_true(number(figures, "broke_per_s") > 537);
    assert_true(number(figures, "broke_per_s") <= 547);
    json_decref(figures);
}

static void test_ramp_bisects_below_its_first_rate(void **state)
{
    struct experiment_result result;
    (void)state;
    reset(40, 10000);
    json_t *figures = ramp(&result);
    assert_true(number(figures, "sustained_per_s") >= 30);
    assert_true(number(figures, "sustained_per_s") <= 40);
    json_decref(figures);
}

static void test_ramp_names_the_generator(void **state)
{
    struct experiment_result result;
    (void)state;
    reset(10000, 400);
    late_is_slow = true;
    json_t *figures = ramp(&result);
    assert_false(result.is_void);
    assert_true(number(figures, "sustained_per_s") >= 390);
    assert_true(number(figures, "sustained_per_s") <= 400);
    assert_non_null(
        strstr(json_string_value(json_object_get(figures, "broke_per_s")), "generator"));
    json_decref(figures);
}

static void test_ramp_is_void_where_the_generator_never_kept_up(void **state)
{
    struct experiment_result result;
    (void)state;
    reset(10000, 0);
    late_is_slow = true;
    json_t *figures = ramp(&result);
    assert_true(result.is_void);
    assert_string_equal(result.reason, "late");
    assert_true(steps < 30);
    json_decref(figures);
}

// Its lateness is in the latency, which is good even so.
static void test_ramp_holds_what_holds_in_spite_of_the_generator(void **state)
{
    struct experiment_result result;
    (void)state;
    reset(10000, 0);
    json_t *figures = ramp(&result);
    assert_false(result.is_void);
    assert_true(number(figures, "sustained_per_s") == 1000);
    assert_non_null(strstr(json_string_value(json_object_get(figures, "broke_per_s")), "held"));
    json_decref(figures);
}

static void test_ramp_repeats_a_void_step(void **state)
{
    struct experiment_result result;
    (void)state;
    reset(10000, 10000);
    late_is_slow = true;
    void_once = 2;
    json_t *figures = ramp(&result);
    assert_false(result.is_void);
    assert_true(number(figures, "sustained_per_s") == 1000);
    assert_int_equal(steps, 12);
    json_decref(figures);
}

static void test_ramp_is_not_broken_by_one_repeated_segment(void **state)
{
    struct experiment_result result;
    (void)state;
    reset(10000, 10000);
    straggler = 1;
    json_t *figures = ramp(&result);
    assert_true(number(figures, "sustained_per_s") == 1000);
    json_decref(figures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ramp_finds_the_capacity),
        cmocka_unit_test(test_ramp_bisects_below_its_first_rate),
        cmocka_unit_test(test_ramp_names_the_generator),
        cmocka_unit_test(test_ramp_is_void_where_the_generator_never_kept_up),
        cmocka_unit_test(test_ramp_holds_what_holds_in_spite_of_the_generator),
        cmocka_unit_test(test_ramp_repeats_a_void_step),
        cmocka_unit_test(test_ramp_is_not_broken_by_one_repeated_segment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
