// sources: host/measure/process.c host/measure/procfile.c host/error.c
/* /proc/PID/stat with every sort of name, cut anywhere; and our own figures. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* Fields 3 to 52, each as its number but the state, and the signed ones as they may be. */
static const char fields[] =
    " S 4 5 6 7 -1 9 10 11 12 13 14 15 -16 -17 20 -20 3 21 22 23 24 25 26 27 28 29 30 31 32 33 34"
    " 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52\n";

static void test_process_stat_fields(void **state)
{
    (void)state;
    struct process_stat stat;
    char line[512];
    snprintf(line, sizeof line, "1234 (qemu)%s", fields);
    assert_int_equal(process_stat_parse(line, strlen(line), &stat), 0);
    assert_int_equal(stat.pid, 1234);
    assert_string_equal(stat.comm, "qemu");
    assert_int_equal(stat.state, 'S');
    assert_int_equal(stat.parent, 4);
    assert_int_equal(stat.utime_ticks, 14);
    assert_int_equal(stat.stime_ticks, 15);
    assert_int_equal(stat.threads, 3);
    assert_int_equal(stat.start_time_ticks, 22);
    assert_int_equal(stat.rss_pages, 24);
    assert_int_equal(stat.guest_time_ticks, 43);
}

static void test_process_stat_names(void **state)
{
    (void)state;
    static const char *const names[] = {"a b", ")", "((", ") S 1 2 3 (", "CPU 0/TCG", "", "a\nb"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct process_stat stat;
        char line[512];
        snprintf(line, sizeof line, "7 (%s)%s", names[i], fields);
        assert_int_equal(process_stat_parse(line, strlen(line), &stat), 0);
        assert_string_equal(stat.comm, names[i]);
        assert_int_equal(stat.utime_ticks, 14);
    }
}

/* Up to the end of field 43 a line cut anywhere is refused, except within that field's digits. */
static void test_process_stat_cut(void **state)
{
    (void)state;
    struct process_stat stat;
    char line[512];
    snprintf(line, sizeof line, "7 (x)%s", fields);
    size_t enough = (size_t)(strstr(line, " 43") - line) + 2;
    for (size_t cut = 0; cut <= strlen(line); cut++) {
        char *copy = malloc(cut + 1); /* its own memory: a read behind the cut is seen */
        memcpy(copy, line, cut);
        assert_int_equal(process_stat_parse(copy, cut, &stat), cut < enough ? -1 : 0);
        free(copy);
    }
}

static void test_process_stat_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "x",
                                      "7 x S 1",
                                      "7 (x S 1",
                                      "7 (x)",
                                      "7 (x) S",
                                      "7 (x) S a 5 6",
                                      "99999999999999999999 (x) S 4 5",
                                      "7 (x) S 4 5 6 7 8 9 10 11 12 13 99999999999999999999 15"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct process_stat stat;
        assert_int_equal(process_stat_parse(bad[i], strlen(bad[i]), &stat), -1);
    }
}

static void test_process_memory_parse(void **state)
{
    (void)state;
    static const char text[] = "55d0-7ffe ---p 00000000 00:00 0    [rollup]\n"
                               "Rss:                1804 kB\n"
                               "Pss:                 413 kB\n"
                               "Pss_Dirty:           100 kB\n"
                               "Shared_Clean:       1692 kB\n"
                               "Private_Dirty:       112 kB\n";
    struct process_memory memory;
    assert_int_equal(process_memory_parse(text, strlen(text), &memory), 0);
    assert_int_equal(memory.rss_bytes, 1804 * 1024);
    assert_int_equal(memory.pss_bytes, 413 * 1024);
    assert_int_equal(memory.private_dirty_bytes, 112 * 1024);
    assert_int_equal(process_memory_parse(text, 10, &memory), -1);
}

static void test_process_reads_itself(void **state)
{
    (void)state;
    struct process_stat stat;
    struct process_memory memory;
    struct error error;
    uint64_t before_ns;
    uint64_t after_ns;
    uint64_t task_ns;
    assert_int_equal(process_stat_read(getpid(), &stat, &error), 0);
    assert_int_equal(stat.pid, getpid());
    assert_int_equal(stat.parent, getppid());
    assert_true(stat.rss_pages > 0);
    assert_int_equal(process_memory_read(getpid(), &memory, &error), 0);
    assert_true(memory.rss_bytes >= memory.pss_bytes && memory.pss_bytes > 0);
    assert_int_equal(process_cpu_ns(getpid(), &before_ns, &error), 0);
    assert_int_equal(process_task_cpu_ns(getpid(), getpid(), &task_ns, &error), 0);
    assert_int_equal(process_cpu_ns(getpid(), &after_ns, &error), 0);
    assert_true(after_ns > before_ns);
}

static void test_process_that_is_gone(void **state)
{
    (void)state;
    struct process_stat stat;
    struct process_memory memory;
    struct error error = {0};
    uint64_t cpu_ns;
    pid_t gone = fork();
    if (gone == 0)
        _exit(0);
    waitpid(gone, NULL, 0);
    assert_int_equal(process_stat_read(gone, &stat, &error), -1);
    assert_int_equal(error.code, EXIT_FAILED);
    assert_int_equal(process_memory_read(gone, &memory, &error), -1);
    assert_int_equal(process_cpu_ns(gone, &cpu_ns, &error), -1);
    assert_int_equal(process_task_cpu_ns(gone, gone, &cpu_ns, &error), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_process_stat_fields),  cmocka_unit_test(test_process_stat_names),
        cmocka_unit_test(test_process_stat_cut),     cmocka_unit_test(test_process_stat_refuses),
        cmocka_unit_test(test_process_memory_parse), cmocka_unit_test(test_process_reads_itself),
        cmocka_unit_test(test_process_that_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
