// sources: net/address.c
/* Addresses that are read, and all else that is refused. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

u32_t lwip_htonl(u32_t value)
{
    return htonl(value);
}

static void test_address_parse4_reads_address_and_prefix(void **state)
{
    ip4_addr_t address, mask;
    (void)state;
    assert_true(address_parse4("10.0.2.15/8", &address, &mask));
    assert_int_equal(address.addr, htonl(0x0a00020f));
    assert_int_equal(mask.addr, htonl(0xff000000));
    assert_true(address_parse4("192.168.1.1", &address, &mask));
    assert_int_equal(mask.addr, htonl(0xffffff00));
    assert_true(address_parse4("192.168.1.1/32", &address, &mask));
    assert_int_equal(mask.addr, 0xffffffff);
    assert_true(address_parse4("192.168.1.0/31", &address, &mask));
    assert_true(address_parse4("10.0.0.255/8", &address, &mask));
    assert_true(address_parse4("10.0.0.1", &address, NULL));
    assert_true(address_parse4("10.0.0.0", &address, NULL)); /* a router's network is not told */
}

static void test_address_parse4_refuses_all_else(void **state)
{
    static const char *const bad[] = {
        "",
        "10",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.1/",
        "10.0.0.1/0",
        "10.0.0.1/33",
        "10.0.0.1/8x",
        "10.0.0.1/-1",
        "10.0.0.1 ",
        "10.0.0.1/+8",
        "0x0a000001",
        "host",
        "0.0.0.0",
        "0.1.2.3/8",
        "127.0.0.1/8",
        "224.0.0.1/24",
        "255.255.255.255",
        "10.0.0.0/8",
        "10.0.0.0/24",
        "10.0.0.255/24",
        "10.0.0.3/30",
        "10.0.0.1.5",
        "10.0.0.1111111111111111111111111111111111111",
    };
    ip4_addr_t address, mask;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (address_parse4(bad[i], &address, &mask))
            fail_msg("'%s' is taken for an address", bad[i]);
    assert_false(address_parse4("10.0.0.1/24", &address, NULL));
}

static void test_address_parse6(void **state)
{
    static const char *const bad[] = {
        "",           "fd00::2/48", "fd00::2/", "fd00:2", "fd00::2/64/64", "10.0.0.1",
        "fd00::2::3", "g::",        "ff02::1",  "::",     "::1/64"};
    static const uint8_t expected[16] = {0xfd, [15] = 2};
    ip6_addr_t address;
    (void)state;
    assert_true(address_parse6("fd00::2", true, &address));
    assert_memory_equal(address.addr, expected, sizeof expected);
    assert_true(address_parse6("fd00::2/64", true, &address));
    assert_false(address_parse6("fd00::2/64", false, &address));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (address_parse6(bad[i], true, &address))
            fail_msg("'%s' is taken for an address", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_parse4_reads_address_and_prefix),
        cmocka_unit_test(test_address_parse4_refuses_all_else),
        cmocka_unit_test(test_address_parse6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
