// sources: host/load/source_ports.c
/* 1000 connections a second for minutes: each from an address and port of its own. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <string.h>
#include <cmocka.h>

#include "load/source_ports.h"

enum { ADDRESSES = 8, FIVE_MINUTES = 1000 * 300 };

static unsigned char times_used[ADDRESSES][1 << 16];

static void take(struct source_ports *ports, const struct endpoint *addresses, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++) {
        struct endpoint source = source_ports_next(ports, addresses, ADDRESSES);
        const struct sockaddr_in *address = (const struct sockaddr_in *)&source.address;
        times_used[ntohl(address->sin_addr.s_addr) & 7][ntohs(address->sin_port)]++;
    }
}

static unsigned int distinct(unsigned int *most)
{
    unsigned int count = 0;
    *most = 0;
    for (unsigned int i = 0; i < ADDRESSES; i++)
        for (unsigned int port = 0; port < 1 << 16; port++) {
            count += times_used[i][port] > 0;
            *most = times_used[i][port] > *most ? times_used[i][port] : *most;
        }
    return count;
}

static void make_addresses(struct endpoint addresses[ADDRESSES])
{
    memset(times_used, 0, sizeof times_used);
    memset(addresses, 0, ADDRESSES * sizeof *addresses);
    for (unsigned int i = 0; i < ADDRESSES; i++) {
        struct sockaddr_in *address = (struct sockaddr_in *)&addresses[i].address;
        address->sin_family = AF_INET;
        address->sin_addr.s_addr = htonl(0x0a000000 + i);
        addresses[i].length = sizeof *address;
    }
}

static void test_source_ports_are_distinct_for_minutes(void **state)
{
    struct endpoint addresses[ADDRESSES];
    struct source_ports ports = {0};
    unsigned int most;
    (void)state;
    make_addresses(addresses);
    take(&ports, addresses, FIVE_MINUTES);
    assert_int_equal(distinct(&most), FIVE_MINUTES);
    assert_int_equal(most, 1);
}

static void test_source_ports_are_used_up_before_any_comes_again(void **state)
{
    struct endpoint addresses[ADDRESSES];
    struct source_ports ports = {0};
    unsigned int most;
    (void)state;
    make_addresses(addresses);
    take(&ports, addresses, ADDRESSES * SOURCE_PORT_COUNT);
    assert_int_equal(distinct(&most), ADDRESSES * SOURCE_PORT_COUNT);
    assert_int_equal(most, 1);
    take(&ports, addresses, 1);
    assert_int_equal(times_used[0][SOURCE_PORT_FIRST], 2);
}

static void test_source_ports_of_ipv6(void **state)
{
    struct endpoint address = {.length = sizeof(struct sockaddr_in6)};
    struct source_ports ports = {.taken = 77};
    (void)state;
    address.address.ss_family = AF_INET6;
    struct endpoint source = source_ports_next(&ports, &address, 1);
    assert_int_equal(ntohs(((struct sockaddr_in6 *)&source.address)->sin6_port),
                     SOURCE_PORT_FIRST + 77);
    assert_int_equal(source.length, sizeof(struct sockaddr_in6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source_ports_are_distinct_for_minutes),
        cmocka_unit_test(test_source_ports_are_used_up_before_any_comes_again),
        cmocka_unit_test(test_source_ports_of_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
