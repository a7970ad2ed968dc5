// sources: tests/unit/tcp_by_hand.c $(TCP_SOURCES)
// flags: -Wl,--wrap=tcp_input,--wrap=tcp_tmr,--wrap=tcp_netif_ip_addr_changed
/* Half open connections: bounded, the oldest goes first; strangers are rationed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tcp_by_hand.h"

#include "net_limits.h"
#include "pools.h"
#include "tcp_half_open.h"

/* A flood of SYNs from nowhere pushes its own out; who answers at once is served. */
static void test_tcp_half_open_the_oldest_goes(void **state)
{
    enum { FIRST_PORT = 1024 };
    uint32_t limit = net_limits.half_open, pcbs = memp_pool(MEMP_TCP_PCB)->used;

    (void)state;
    for (uint32_t i = 0; i < 3 * limit; i++) {
        struct segment syn = {.flags = TCP_SYN, .sequence = CLIENT_ISN};
        arrive((uint16_t)(FIRST_PORT + i), syn);
        assert_int_equal(answer.flags, TCP_SYN | TCP_ACK);
        tcp_half_open_trim();
        if (i % 1000 == 0)
            open_connection((uint16_t)(50000 + i / 1000), CLIENT_ISN);
    }
    assert_int_equal(memp_pool(MEMP_TCP_PCB)->used, pcbs + limit + (3 * limit + 999) / 1000);
    let_pass(30000);
    assert_int_equal(memp_pool(MEMP_TCP_PCB)->used, pcbs + (3 * limit + 999) / 1000);
    assert_int_equal(list_check(), 0);
}

/* Of those who have never completed a handshake, so many a second and a tenth of them at once, when
 * half of the room is taken.
 */
static void test_tcp_half_open_strangers_are_rationed(void **state)
{
    enum { FLOOD = 20000, HALF = 2048, AT_ONCE = 200, FIRST_PORT = 1024 };
    const ip4_addr_t friend = client_address;
    uint32_t pcbs = memp_pool(MEMP_TCP_PCB)->used;

    (void)state;
    assert_int_equal(net_limits.half_open, 2 * HALF);
    open_connection(FIRST_PORT, CLIENT_ISN);
    IP4_ADDR(&client_address, 10, 0, 0, 77);
    for (unsigned i = 0; i < FLOOD; i++) {
        arrive((uint16_t)(FIRST_PORT + i), (struct segment){.flags = TCP_SYN, .sequence = 1});
        tcp_half_open_trim();
    }
    assert_int_equal(memp_pool(MEMP_TCP_PCB)->used, pcbs + 1 + HALF + 1 + AT_ONCE);
    arrive(40000, (struct segment){.flags = TCP_SYN, .sequence = 1});
    assert_int_equal(answers, 0);
    const ip_addr_t folds_to_0 = IPADDR6_INIT_HOST(0xfe800000, 0, 1, 1);
    assert_false(tcp_half_open_admits(&folds_to_0));

    client_address = friend;
    open_connection(FIRST_PORT + 1, CLIENT_ISN);
    let_pass(TCP_TMR_INTERVAL);
    IP4_ADDR(&client_address, 10, 0, 0, 78);
    open_connection(40001, CLIENT_ISN);
    client_address = friend;
    let_pass(30000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tcp_half_open_the_oldest_goes),
        TEST(test_tcp_half_open_strangers_are_rationed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
