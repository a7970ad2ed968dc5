// sources: host/study/results.c host/study/results_read.c host/error.c
/* The folder of results: refused when it exists, records whole or not at all, a torn line skipped.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

#include "study/results.h"

static char above[] = "/tmp/test_results.XXXXXX";
static char folder[sizeof above + sizeof "/out"]; // made by the results themselves

static int make_folder(void **state)
{
    (void)state;
    strcpy(above + sizeof above - 7, "XXXXXX");
    if (!mkdtemp(above))
        return -1;
    snprintf(folder, sizeof folder, "%s/out", above);
    return 0;
}

static int remove_folder(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", above);
    return system(command);
}

static void write_records(struct results *results, int count)
{
    struct error error;
    assert_int_equal(results_create(results, folder, &error), 0);
    json_t *study = json_pack("{s:i}", "schema", RESULTS_SCHEMA);
    assert_int_equal(results_write_study(results, "", study, &error), 0);
    json_decref(study);
    for (int i = 0; i < count; i++) {
        json_t *record = json_pack("{s:i}", "run", i);
        assert_int_equal(results_append(results, record, &error), 0);
        json_decref(record);
    }
}

static void assert_readable(size_t expected)
{
    struct error error;
    json_t *study, *records;
    assert_int_equal(results_read(folder, &study, &records, &error), 0);
    assert_int_equal(json_array_size(records), expected);
    for (size_t i = 0; i < expected; i++)
        assert_int_equal(json_integer_value(json_object_get(json_array_get(records, i), "run")), i);
    json_decref(study);
    json_decref(records);
}

static void test_results_come_back_as_written(void **state)
{
    struct results results;
    (void)state;
    write_records(&results, 3);
    results_close(&results);
    assert_readable(3);
}

static void test_results_makes_the_folders_above(void **state)
{
    struct results results;
    struct error error;
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/a/b/c", above);
    assert_int_equal(results_create(&results, path, &error), 0);
    results_close(&results);
    assert_int_equal(access(path, W_OK), 0);
}

static void test_results_refuses_a_folder_that_exists(void **state)
{
    struct results results, second;
    struct error error;
    (void)state;
    write_records(&results, 1);
    results_close(&results);
    assert_int_equal(results_create(&second, folder, &error), -1);
    assert_int_equal(error.code, EXIT_USAGE);
    assert_non_null(strstr(error.text, folder));
    assert_readable(1);
}

static void test_results_skips_a_torn_last_line(void **state)
{
    struct results results;
    (void)state;
    write_records(&results, 2);
    assert_int_equal(write(results.records_fd, "{\"run\": 2, \"lo", 14), 14);
    results_close(&results);
    assert_readable(2);
}

static void test_results_are_gone_on_with_behind_the_last_whole_line(void **state)
{
    struct results results;
    struct error error;
    json_t *study, *records;
    (void)state;
    write_records(&results, 2);
    assert_int_equal(write(results.records_fd, "{\"run\": 2}", 10), 10); // no end of line
    results_close(&results);
    assert_int_equal(results_resume(&results, folder, &study, &records, &error), 0);
    assert_int_equal(json_array_size(records), 2);
    json_t *third = json_pack("{s:i}", "run", 2);
    assert_int_equal(results_append(&results, third, &error), 0);
    results_close(&results);
    assert_readable(3);
    json_decref(third);
    json_decref(study);
    json_decref(records);
}

static void test_results_of_a_living_study_are_left_alone(void **state)
{
    struct results results, second;
    struct error error;
    json_t *study, *records;
    (void)state;
    write_records(&results, 1);
    assert_int_equal(results_resume(&second, folder, &study, &records, &error), -1);
    assert_int_equal(error.code, EXIT_USAGE);
    assert_non_null(strstr(error.text, "another thrice"));
    results_close(&results);
}

// As on a full disk: a write that stops in the middle. The limit of the file's size does the same.
static void test_results_undoes_a_record_that_does_not_fit(void **state)
{
    struct results results;
    struct error error;
    struct rlimit before, small = {.rlim_cur = 100};
    char long_text[200];
    (void)state;
    write_records(&results, 2);
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    json_t *record = json_pack("{s:i, s:s}", "run", 2, "text", long_text);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    int code = results_append(&results, record, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    json_decref(record);
    results_close(&results);
    assert_int_equal(code, -1);
    assert_int_equal(error.code, EXIT_FAILED);
    assert_non_null(strstr(error.text, "records.jsonl"));
    assert_readable(2);
}

static void test_results_with_records_are_never_discarded(void **state)
{
    struct results results;
    (void)state;
    write_records(&results, 2);
    results_discard(&results);
    assert_readable(2);
}

static void test_results_without_records_are_discarded(void **state)
{
    struct results results;
    char path[sizeof folder + 16];
    (void)state;
    write_records(&results, 0);
    snprintf(path, sizeof path, "%s/records.csv", folder);
    FILE *csv = fopen(path, "w");
    assert_non_null(csv);
    fclose(csv);
    results_discard(&results);
    assert_int_equal(access(folder, F_OK), -1);
}

static void test_results_refuses_another_schema(void **state)
{
    char path[64];
    struct error error;
    json_t *study, *records;
    (void)state;
    snprintf(path, sizeof path, "%s/study.json", above);
    FILE *file = fopen(path, "w");
    fputs("{\"schema\": 999}", file);
    fclose(file);
    assert_int_equal(results_read(above, &study, &records, &error), -1);
    assert_non_null(strstr(error.text, "schema"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_results_come_back_as_written),
        TEST(test_results_makes_the_folders_above),
        TEST(test_results_refuses_a_folder_that_exists),
        TEST(test_results_skips_a_torn_last_line),
        TEST(test_results_are_gone_on_with_behind_the_last_whole_line),
        TEST(test_results_of_a_living_study_are_left_alone),
        TEST(test_results_undoes_a_record_that_does_not_fit),
        TEST(test_results_with_records_are_never_discarded),
        TEST(test_results_without_records_are_discarded),
        TEST(test_results_refuses_another_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
