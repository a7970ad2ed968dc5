// sources: host/environment/backtrace.c host/environment/program.c host/error.c
/* What of a console is an address to look up, and that all else passes unchanged. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/backtrace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_backtrace_finds_addresses(void **state)
{
    (void)state;
    assert_string_equal(backtrace_address("  0000000000107938"), "0000000000107938");
    assert_null(backtrace_address("0000000000107938"));
    assert_null(backtrace_address("   0000000000107938"));
    assert_null(backtrace_address("  000000000107938"));
    assert_null(backtrace_address("  00000000001079380"));
    assert_null(backtrace_address("  0000000000107938 "));
    assert_null(backtrace_address("  0000000000107g38"));
    assert_null(backtrace_address(""));
}

/* Standard output, of this process and of addr2line, goes to a file meanwhile. */
static void pass(const char *symbols, const char *text, char *passed, size_t size)
{
    struct backtrace backtrace;
    struct error error;
    int console;
    FILE *file = tmpfile();
    int saved = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    assert_int_equal(backtrace_start(&backtrace, symbols, &console, &error), 0);
    assert_int_equal(write(console, text, strlen(text)), strlen(text));
    close(console);
    backtrace_finish(&backtrace);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    passed[fread(passed, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void test_backtrace_passes_on_the_rest(void **state)
{
    char passed[400];
    (void)state;
    pass("/proc/self/exe",
         "web: serving\r\n\nlong long long long long long long long long long long long long\n"
         "no end",
         passed, sizeof passed);
    assert_string_equal(passed,
                        "web: serving\n\n"
                        "long long long long long long long long long long long long long\nno end");
}

static void test_backtrace_looks_up_what_it_may(void **state)
{
    char passed[400];
    (void)state;
    pass("/proc/self/exe", "backtrace:\r\n  0000000000000001\r\nend\r\n", passed, sizeof passed);
    assert_string_equal(passed, "backtrace:\n  0000000000000001  ?? ??:0\nend\n");
}

static void test_backtrace_without_symbols_is_as_it_came(void **state)
{
    char passed[400];
    (void)state;
    pass("/nowhere", "  0000000000000001\r\nend\r\n", passed, sizeof passed);
    assert_string_equal(passed, "  0000000000000001\nend\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backtrace_finds_addresses),
        cmocka_unit_test(test_backtrace_passes_on_the_rest),
        cmocka_unit_test(test_backtrace_looks_up_what_it_may),
        cmocka_unit_test(test_backtrace_without_symbols_is_as_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
