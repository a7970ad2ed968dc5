// sources: tests/unit/tcp_by_hand.c $(TCP_SOURCES)
// flags: -Wl,--wrap=tcp_input,--wrap=tcp_tmr,--wrap=tcp_netif_ip_addr_changed
/* A flood of pings: what is answered, and what is let through whatever comes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tcp_by_hand.h"

#include "lwip/inet_chksum.h"
#include "lwip/ip6.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip4.h"
#include "lwip/stats.h"

enum { FLOOD = 1000, AT_ONCE = 100, MS_OF_FLOOD = 1000 };

static struct pbuf *zeros(uint16_t bytes)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, bytes, PBUF_RAM);

    memset(p->payload, 0, bytes);
    return p;
}

static void ping_arrives(void)
{
    struct pbuf *p = zeros(IP_HLEN + sizeof(struct icmp_echo_hdr));
    struct ip_hdr *ip = p->payload;
    struct icmp_echo_hdr *echo = (void *)(ip + 1);

    write_ip4_header(p, IP_PROTO_ICMP);
    ICMPH_TYPE_SET(echo, ICMP_ECHO);
    echo->chksum = inet_chksum(echo, sizeof(*echo));
    ip4_input(p, &netif);
}

static void test_icmp_limit_a_tenth_of_a_second_at_once(void **state)
{
    (void)state;
    answers = 0;
    for (unsigned i = 0; i < FLOOD; i++)
        ping_arrives();
    assert_int_equal(answers, AT_ONCE);
    let_pass(MS_OF_FLOOD);
    ping_arrives();
    assert_int_equal(answers, AT_ONCE + 1);
}

/* How many of a flood are not let through: a packet of this next header, which `first` begins. */
static unsigned refused6(uint8_t next_header, uint8_t first)
{
    unsigned before = lwip_stats.icmp.drop;

    let_pass(MS_OF_FLOOD);
    for (unsigned i = 0; i < FLOOD; i++) {
        struct pbuf *p = zeros(IP6_HLEN + 8);
        struct ip6_hdr *ip = p->payload;
        IP6H_VTCFL_SET(ip, 6, 0, 0);
        IP6H_PLEN_SET(ip, 8);
        IP6H_NEXTH_SET(ip, next_header);
        *(uint8_t *)(ip + 1) = first;
        ip6_input(p, &netif);
    }
    return lwip_stats.icmp.drop - before;
}

static void test_icmp_limit_of_ipv6(void **state)
{
    (void)state;
    assert_int_equal(refused6(IP6_NEXTH_ICMP6, ICMP6_TYPE_EREQ), FLOOD - AT_ONCE);
    assert_int_equal(refused6(IP6_NEXTH_FRAGMENT, IP6_NEXTH_ICMP6), FLOOD - AT_ONCE);
    assert_int_equal(refused6(IP6_NEXTH_DESTOPTS, IP6_NEXTH_ICMP6), FLOOD - AT_ONCE);
    assert_int_equal(refused6(IP6_NEXTH_FRAGMENT, IP6_NEXTH_DESTOPTS), FLOOD - AT_ONCE);
    assert_int_equal(refused6(IP6_NEXTH_ICMP6, ICMP6_TYPE_NS), 0);
    assert_int_equal(refused6(IP6_NEXTH_ICMP6, ICMP6_TYPE_PTB), 0);
    assert_int_equal(refused6(IP6_NEXTH_TCP, 0), 0);
    assert_int_equal(refused6(IP6_NEXTH_FRAGMENT, IP6_NEXTH_UDP), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_icmp_limit_a_tenth_of_a_second_at_once),
        TEST(test_icmp_limit_of_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
