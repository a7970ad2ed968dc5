// sources: host/report/summary.c host/load/histogram.c host/load/histogram_json.c host/load/http_result.c host/load/pace.c host/error.c
/* The summary of runs: means over the good ones, histograms merged, the others counted. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "clock.h"
#include "report/summary.h"

static const struct scenario http = {.name = "tcp-500", .kind = "http"};

static json_t *histogram_of(uint64_t value_ns, int count)
{
    struct histogram *histogram = calloc(1, sizeof *histogram);
    assert_non_null(histogram);
    for (int i = 0; i < count; i++)
        histogram_record(histogram, value_ns);
    json_t *json = histogram_json(histogram);
    free(histogram);
    return json;
}

// A run of `requests` answers of value_ms each, on two seconds of which cpu_ms were used.
static json_t *run(const char *environment, const char *status, uint64_t value_ms, int requests,
                   int cpu_ms)
{
    json_t *histograms =
        json_pack("{s:o, s:o}", "response", histogram_of(value_ms * NS_PER_MS, requests), "latency",
                  histogram_of(2 * value_ms * NS_PER_MS, requests));
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:{s:I, s:i, s:f, s:{s:i, s:i}, s:o},"
        " s:{s:I, s:I, s:i, s:i, s:n, s:I}, s:{s:I}, s:I}",
        "scenario", "tcp-500", "environment", environment, "status", status, "run", 0, "load",
        "elapsed_ns", (json_int_t)(2 * NS_PER_S), "completed", requests, "achieved_per_s",
        (double)requests, "errors", "reset", 1, "timeout", 2, "histograms", histograms, "usage",
        "cpu_ns", (json_int_t)cpu_ms * (json_int_t)NS_PER_MS, "wall_ns", (json_int_t)(3 * NS_PER_S),
        "user_ticks", 10, "system_ticks", 30, "guest_ticks", "rss_bytes", (json_int_t)1 << 20,
        "samples", "rss_bytes_max", (json_int_t)3 << 20, "boot_ns", (json_int_t)(7 * NS_PER_MS));
}

static void assert_near(double value, double expected)
{
    assert_true(value > expected * 0.999 && value < expected * 1.001);
}

static struct summary *summarise(json_t *records, const char *environment)
{
    struct error error;
    struct summary *summary = malloc(sizeof *summary);
    assert_non_null(summary);
    assert_int_equal(summary_make(summary, records, &http, environment, &error), 0);
    json_decref(records);
    return summary;
}

static void test_summary_merges_histograms_and_averages_the_rest(void **state)
{
    (void)state;
    json_t *records =
        json_pack("[o, o, o]", run("native", "good", 1, 300, 100),
                  run("native", "good", 5, 100, 300), run("container", "good", 9, 500, 900));
    struct summary *summary = summarise(records, "native");
    assert_int_equal(summary->good, 2);
    assert_int_equal(summary->response.count, 400);
    assert_near(summary->response.mean_ns, 2.0 * NS_PER_MS); // of requests, not of the runs' means
    assert_near(summary->latency.mean_ns, 4.0 * NS_PER_MS);
    assert_near(summary->cpu_percent, 10); // 5 % and 15 %
    assert_near(summary->cpu_us_per_request, (333.333 + 3000) / 2);
    assert_near(summary->errors, 3);
    assert_near(summary->errors_of[HTTP_LOAD_RESET], 1);
    assert_near(summary->errors_of[HTTP_LOAD_TIMEOUT], 2);
    assert_true(summary->errors_of[HTTP_LOAD_REFUSED] == 0);
    assert_near(summary->achieved_per_s, 200); // of 300 and of 100 requests in a second
    assert_near(summary->user_ticks, 10);
    assert_near(summary->system_ticks, 30);
    assert_near(summary->rss_mib, 3);
    assert_near(summary->boot_ms, 7);
    assert_false(summary->has_guest_ticks); // null is "n/a", never 0
    free(summary);
}

static void test_summary_counts_void_and_failed_runs_apart(void **state)
{
    (void)state;
    json_t *records = json_pack("[o, o, {s:s, s:s, s:s}]", run("native", "good", 1, 100, 100),
                                run("native", "void", 900, 100, 100), "scenario", "tcp-500",
                                "environment", "native", "status", "failed");
    struct summary *summary = summarise(records, "native");
    assert_int_equal(summary->good, 1);
    assert_int_equal(summary->voided, 1);
    assert_int_equal(summary->failed, 1);
    assert_near(summary->response.mean_ns, 1.0 * NS_PER_MS);
    free(summary);
}

static void test_summary_of_no_runs_is_empty(void **state)
{
    (void)state;
    struct summary *summary = summarise(json_array(), "native");
    assert_int_equal(summary->good + summary->voided + summary->failed, 0);
    assert_true(summary->cpu_percent == 0);
    free(summary);
}

static void test_summary_refuses_a_damaged_record(void **state)
{
    struct summary *summary = malloc(sizeof *summary);
    struct error error;
    (void)state;
    assert_non_null(summary);
    json_t *records = json_pack("[o]", run("native", "good", 1, 10, 10));
    json_object_del(json_array_get(records, 0), "usage");
    assert_int_equal(summary_make(summary, records, &http, "native", &error), -1);
    assert_non_null(strstr(error.text, "usage"));
    json_decref(records);
    free(summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary_merges_histograms_and_averages_the_rest),
        cmocka_unit_test(test_summary_counts_void_and_failed_runs_apart),
        cmocka_unit_test(test_summary_of_no_runs_is_empty),
        cmocka_unit_test(test_summary_refuses_a_damaged_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
