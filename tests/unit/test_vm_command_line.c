// sources: host/environment/vm_command_line.c host/error.c
/* The kernel command line of the full VM: the network, the payload, its arguments, and what is
 * refused.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/vm_command_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct payload web = {.name = "web"};

static struct server server_with(const char *const *arguments)
{
    struct server server = {.options = {.payload = &web, .arguments = arguments}};
    return server;
}

static void test_vm_command_line_user_network(void **state)
{
    (void)state;
    const char *const arguments[] = {NULL};
    const struct server server = server_with(arguments);
    char text[VM_COMMAND_LINE_BYTES];
    struct error error;
    assert_int_equal(vm_command_line(&server, text, &error), 0);
    assert_string_equal(text, "root=LABEL=root console=ttyS0 "
                              "ip=10.0.2.15::10.0.2.2:255.255.255.0:::off thrice.payload=web");
}

static void test_vm_command_line_port_and_arguments(void **state)
{
    (void)state;
    const char *const arguments[] = {"--port", "1", "two words", "", NULL};
    struct server server = server_with(arguments);
    char text[VM_COMMAND_LINE_BYTES];
    struct error error;
    strcpy(server.port.name, "tap7");
    strcpy(server.port.address_text, "10.0.0.7");
    assert_int_equal(vm_command_line(&server, text, &error), 0);
    assert_string_equal(text, "root=LABEL=root console=ttyS0 "
                              "ip=10.0.0.7::10.0.0.1:255.255.255.0:::off thrice.payload=web "
                              "thrice.arg=--port thrice.arg=1 \"thrice.arg=two words\" "
                              "thrice.arg=");
}

// A reference server comes with the disk: that of a payload is not to be waited for.
static void test_vm_command_line_reference_server(void **state)
{
    (void)state;
    const struct payload nginx = {.name = "nginx", .is_reference = true};
    const char *const arguments[] = {NULL};
    struct server server = server_with(arguments);
    char text[VM_COMMAND_LINE_BYTES];
    struct error error;
    server.options.payload = &nginx;
    assert_int_equal(vm_command_line(&server, text, &error), 0);
    assert_non_null(strstr(text, " thrice.payload=nginx systemd.mask=payload.mount"));
}

static void test_vm_command_line_refuses(void **state)
{
    (void)state;
    const char *const bad[] = {"a\"b", "a\nb"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *const arguments[] = {"--good", bad[i], NULL};
        const struct server server = server_with(arguments);
        char text[VM_COMMAND_LINE_BYTES];
        struct error error;
        assert_int_equal(vm_command_line(&server, text, &error), -1);
        assert_int_equal(error.code, EXIT_USAGE);
    }
}

// Every length about the limit: what is accepted is whole, and longer is refused.
static void test_vm_command_line_limit(void **state)
{
    (void)state;
    char word[VM_COMMAND_LINE_BYTES + 64];
    const char *const arguments[] = {word, "last", NULL};
    const struct server server = server_with(arguments);
    int accepted = 0, refused = 0;
    for (size_t length = VM_COMMAND_LINE_BYTES - 200; length < sizeof word; length++) {
        char text[VM_COMMAND_LINE_BYTES];
        struct error error;
        memset(word, 'x', length);
        word[length] = '\0';
        if (vm_command_line(&server, text, &error) == 0) {
            assert_string_equal(text + strlen(text) - 16, " thrice.arg=last");
            assert_int_equal(refused, 0);
            accepted++;
        } else {
            assert_int_equal(error.code, EXIT_USAGE);
            refused++;
        }
    }
    assert_true(accepted > 0 && refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vm_command_line_user_network),
        cmocka_unit_test(test_vm_command_line_port_and_arguments),
        cmocka_unit_test(test_vm_command_line_reference_server),
        cmocka_unit_test(test_vm_command_line_refuses),
        cmocka_unit_test(test_vm_command_line_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
