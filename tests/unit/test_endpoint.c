// sources: host/endpoint.c host/number.c host/error.c
/* Addresses as people type them, IPv4 and IPv6. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_endpoint_round_trip(void **state)
{
    (void)state;
    static const char *const good[] = {"10.0.0.2:8081", "[fd00::2]:80", "[::1]:65535"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct endpoint endpoint;
        struct error error;
        char text[ENDPOINT_TEXT_BYTES];
        assert_int_equal(endpoint_parse(good[i], &endpoint, &error), 0);
        assert_string_equal(endpoint_format(&endpoint, text), good[i]);
    }
}

static void test_endpoint_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",      "10.0.0.2", ":80",        "10.0.0.2:",      "fd00::2:80",  "[fd00::2]",
        "[]:80", "[:80",     "10.0.0.2:x", "10.0.0.2:65536", "10.0.0.2:-1", "]:80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct endpoint endpoint;
        struct error error = {0};
        assert_int_equal(endpoint_parse(bad[i], &endpoint, &error), -1);
        assert_int_equal(error.code, EXIT_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_endpoint_round_trip),
        cmocka_unit_test(test_endpoint_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
