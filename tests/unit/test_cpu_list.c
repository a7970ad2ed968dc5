// sources: host/environment/cpu_list.c host/measure/procfile.c host/error.c
/* CPU lists as typed, and how a machine is divided. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "environment/cpu_list.h"

static void expect_same(const char *text, const char *formatted)
{
    cpu_set_t cpus;
    struct error error;
    char back[CPU_LIST_BYTES];
    assert_int_equal(cpu_list_parse("--cpus-load", text, &cpus, &error), 0);
    cpu_list_format(&cpus, back, sizeof back);
    assert_string_equal(back, formatted);
}

static void test_cpu_list_reads_and_writes(void **state)
{
    (void)state;
    expect_same("0", "0");
    expect_same("1,0", "0-1");
    expect_same("0-3,6", "0-3,6");
    expect_same("5,7-9,5-6", "5-9");
    expect_same("1023", "1023");
}

static void test_cpu_list_refuses(void **state)
{
    static const char *const wrong[] = {"",     ",",   "0,",  ",0",    "0,,1",
                                        "-1",   "1-",  "3-1", "0 1",   " 0",
                                        "0- 1", "0x1", "all", "1024",  "0-1024",
                                        "1.5",  "0\n", "+1",  "0-1-2", "18446744073709551617"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cpu_set_t cpus;
        struct error error = {0};
        assert_int_equal(cpu_list_parse("--cpus-load", wrong[i], &cpus, &error), -1);
        assert_int_equal(error.code, EXIT_USAGE);
        assert_non_null(strstr(error.text, "--cpus-load"));
    }
}

static void test_cpu_list_cuts_what_is_too_long(void **state)
{
    cpu_set_t cpus;
    char text[8];
    (void)state;
    CPU_ZERO(&cpus);
    for (int cpu = 100; cpu < 200; cpu += 2)
        CPU_SET(cpu, &cpus);
    cpu_list_format(&cpus, text, sizeof text);
    assert_string_equal(text, "100,102");
    CPU_ZERO(&cpus);
    cpu_list_format(&cpus, text, sizeof text);
    assert_string_equal(text, "");
}

static void single(int cpu, cpu_set_t *siblings)
{
    CPU_ZERO(siblings);
    CPU_SET(cpu, siblings);
}

// 0 and 4, 1 and 5, ...: as on machines with four cores of two threads
static void in_pairs(int cpu, cpu_set_t *siblings)
{
    single(cpu % 4, siblings);
    CPU_SET(cpu % 4 + 4, siblings);
}

static void all_one_core(int cpu, cpu_set_t *siblings)
{
    (void)cpu;
    memset(siblings, 0xff, sizeof *siblings);
}

static void expect_division(const char *allowed, void (*siblings)(int, cpu_set_t *),
                            const char *server, const char *load)
{
    cpu_set_t cpus;
    struct cpu_division division;
    struct error error;
    char text[CPU_LIST_BYTES];
    assert_int_equal(cpu_list_parse("allowed", allowed, &cpus, &error), 0);
    cpu_list_divide(&cpus, siblings, &division);
    cpu_list_format(&division.server, text, sizeof text);
    assert_string_equal(text, server);
    cpu_list_format(&division.load, text, sizeof text);
    assert_string_equal(text, load);
    assert_int_equal(cpu_list_shared(&division), strcmp(server, load) == 0);
}

static void test_cpu_list_divides_by_cores(void **state)
{
    (void)state;
    expect_division("0", single, "0", "0");
    expect_division("0-1", single, "1", "0");
    expect_division("3,5", single, "5", "3");
    expect_division("0-2", single, "1-2", "0");
    expect_division("0-3", single, "2-3", "1");
    expect_division("0-63", single, "2-3", "1");
    expect_division("0-7", in_pairs, "2-3,6-7", "1,5");
    expect_division("0,1,4,5", in_pairs, "1,5", "0,4");
    expect_division("0-1", all_one_core, "1", "0");
}

static void test_cpu_list_choice_is_checked(void **state)
{
    struct cpu_division division;
    struct error error;
    (void)state;
    assert_int_equal(cpu_list_choose(NULL, NULL, &division, &error), 0);
    assert_true(CPU_COUNT(&division.server) > 0 && CPU_COUNT(&division.load) > 0);
    assert_int_equal(cpu_list_choose("1023", NULL, &division, &error), -1);
    assert_int_equal(error.code, EXIT_USAGE);
    assert_non_null(strstr(error.text, "--cpus-server 1023"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_list_reads_and_writes),
        cmocka_unit_test(test_cpu_list_refuses),
        cmocka_unit_test(test_cpu_list_cuts_what_is_too_long),
        cmocka_unit_test(test_cpu_list_divides_by_cores),
        cmocka_unit_test(test_cpu_list_choice_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
