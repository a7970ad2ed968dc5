// sources: guest/kernel/cmdline.c
/* The guest's command line: options, the payload's arguments, what QEMU's microvm appends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../guest/kernel/cmdline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "../../guest/kernel/console.h"
#include "../../guest/kernel/panic.h"

#define REFUSED 2

_Noreturn void panic(const char *format, ...)
{
    (void)format;
    _exit(MACHINE_PANIC);
}

_Noreturn void machine_exit(int status)
{
    _exit(status);
}

void console_printf(const char *format, ...)
{
    (void)format;
}

/* The command line is split once a boot: each case gets a process of its own. */
static int in_child(void (*check)(void))
{
    pid_t child = fork();
    if (child == 0) {
        check();
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define expect(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            _exit(__LINE__ % 100 + 1);                                                             \
    } while (0)

static void options_and_arguments(void)
{
    cmdline_init("ip=10.0.0.2/24  gw=10.0.0.1 trace -- --port 80", "web");
    expect(strcmp(cmdline_option("ip"), "10.0.0.2/24") == 0);
    expect(strcmp(cmdline_option("gw"), "10.0.0.1") == 0);
    expect(strcmp(cmdline_option("trace"), "") == 0);
    expect(!cmdline_option("i") && !cmdline_option("port") && !cmdline_option("tracer"));
    expect(cmdline_argc() == 3);
    expect(strcmp(cmdline_argv()[0], "web") == 0 && strcmp(cmdline_argv()[1], "--port") == 0);
    expect(strcmp(cmdline_argv()[2], "80") == 0 && !cmdline_argv()[3]);
}

static void unknown_options(void)
{
    static const char *const known[] = {"ip", "gw", "trace", NULL};
    cmdline_init("ip=10.0.0.2/24 trace ip6=x gw= -- gv=10.0.0.1", "web");
    cmdline_refuse_unknown(known);
}

static void no_unknown_option(void)
{
    static const char *const known[] = {"ip", "gw", "trace", NULL};
    cmdline_init("trace gw=10.0.0.1 -- gv=10.0.0.1", "web");
    cmdline_refuse_unknown(known);
}

static void test_cmdline_refuses_what_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(in_child(unknown_options), REFUSED);
    assert_int_equal(in_child(no_unknown_option), 0);
}

static void test_cmdline_splits_options_and_arguments(void **state)
{
    (void)state;
    assert_int_equal(in_child(options_and_arguments), 0);
}

static void appended_by_microvm(void)
{
    cmdline_init("-- --echo virtio_mmio.device=512@0xfeb00e00:12", "udp");
    expect(cmdline_argc() == 2 && strcmp(cmdline_argv()[1], "--echo") == 0);
}

static void test_cmdline_takes_out_what_microvm_appends(void **state)
{
    (void)state;
    assert_int_equal(in_child(appended_by_microvm), 0);
}

static void quotes(void)
{
    cmdline_init("hostname=\"a b\" -- \"c d\"e \"unclosed x", "web");
    expect(strcmp(cmdline_option("hostname"), "a b") == 0);
    expect(cmdline_argc() == 3 && strcmp(cmdline_argv()[1], "c de") == 0);
    expect(strcmp(cmdline_argv()[2], "unclosed x") == 0);
}

static void test_cmdline_keeps_quoted_spaces(void **state)
{
    (void)state;
    assert_int_equal(in_child(quotes), 0);
}

static void nothing(void)
{
    cmdline_init(NULL, "web");
    expect(cmdline_argc() == 1 && !cmdline_option("ip") && !cmdline_argv()[1]);
}

static void test_cmdline_may_be_absent(void **state)
{
    (void)state;
    assert_int_equal(in_child(nothing), 0);
}

static void too_many(void)
{
    char text[1024];
    memset(text, ' ', sizeof text);
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        text[i] = 'x';
    text[sizeof text - 1] = '\0';
    cmdline_init(text, "web");
}

static void too_long(void)
{
    char *text = malloc(8192);
    memset(text, 'x', 8191);
    text[8191] = '\0';
    cmdline_init(text, "web");
}

static void test_cmdline_refuses_what_does_not_fit(void **state)
{
    (void)state;
    assert_int_equal(in_child(too_many), MACHINE_PANIC);
    assert_int_equal(in_child(too_long), MACHINE_PANIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cmdline_splits_options_and_arguments),
        cmocka_unit_test(test_cmdline_refuses_what_is_unknown),
        cmocka_unit_test(test_cmdline_takes_out_what_microvm_appends),
        cmocka_unit_test(test_cmdline_keeps_quoted_spaces),
        cmocka_unit_test(test_cmdline_may_be_absent),
        cmocka_unit_test(test_cmdline_refuses_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
