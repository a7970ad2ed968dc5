// sources: tests/unit/tcp_by_hand.c $(TCP_SOURCES)
// flags: -Wl,--wrap=tcp_input,--wrap=tcp_tmr,--wrap=tcp_netif_ip_addr_changed
/* Demultiplexing: every segment reaches its connection, idle connections are on no list, and what
 * waits out of order is bounded.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tcp_by_hand.h"

#include "lwip/timeouts.h"

#include "net_limits.h"
#include "slab.h"
#include "tcp_demux.h"

static void test_tcp_demux_segments_reach_their_connection(void **state)
{
    enum { CONNECTIONS = 3000, FIRST_PORT = 10000 };
    static uint32_t server[CONNECTIONS];

    (void)state;
    for (unsigned i = 0; i < CONNECTIONS; i++)
        server[i] = open_connection((uint16_t)(FIRST_PORT + i), CLIENT_ISN + i);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        arrive((uint16_t)(FIRST_PORT + i),
               (struct segment){TCP_ACK, CLIENT_ISN + i + 1, server[i], (uint16_t)(1 + i % 900)});
    for (unsigned i = 0; i < CONNECTIONS; i++)
        assert_int_equal(owners[FIRST_PORT + i].received_bytes, 1 + i % 900);
    list_check();
}

static void test_tcp_demux_idle_connections_are_on_no_list(void **state)
{
    uint32_t server[100];

    (void)state;
    for (uint16_t port = 2000; port < 2100; port++)
        server[port - 2000] = open_connection(port, CLIENT_ISN);
    let_pass(1000);
    assert_int_equal(list_check(), 0);
    arrive(2050, (struct segment){TCP_ACK, CLIENT_ISN + 1, server[50], 0});
    assert_int_equal(list_check(), 1);
}

static void test_tcp_demux_an_idle_connection_sends_and_resends(void **state)
{
    (void)state;
    uint32_t server = open_connection(2000, CLIENT_ISN);
    struct tcp_pcb *pcb = owners[2000].pcb;
    let_pass(1000);
    tcp_demux_touch(pcb);
    assert_int_equal(tcp_write(pcb, "data", 4, TCP_WRITE_FLAG_COPY), ERR_OK);
    tcp_output(pcb);
    assert_int_equal(answer.payload_bytes, 4);
    answers = 0;
    let_pass(5000);
    assert_true(answers > 0); /* again, for want of an acknowledgement */
    assert_int_equal(answer.sequence, server);
}

static void test_tcp_demux_removal_from_anywhere_in_the_list(void **state)
{
    (void)state;
    for (uint16_t port = 2000; port < 2010; port++)
        open_connection(port, CLIENT_ISN);
    static const uint16_t order[] = {2005, 2009, 2000, 2004, 2006, 2001, 2008, 2002, 2007, 2003};
    for (size_t i = 0; i < 10; i++) {
        arrive(order[i], (struct segment){.flags = TCP_RST, .sequence = CLIENT_ISN + 1});
        assert_null(owners[order[i]].pcb);
        assert_int_equal(owners[order[i]].error, ERR_RST);
        assert_int_equal(list_check(), 9 - i);
    }
}

static unsigned out_of_order(uint16_t port)
{
    unsigned count = 0;

    for (struct tcp_seg *segment = owners[port].pcb->ooseq; segment; segment = segment->next)
        count++;
    return count;
}

/* A gap of one byte, then single bytes with a gap behind each. */
static void out_of_order_send(uint16_t port, uint32_t server, unsigned count)
{
    for (uint32_t i = 1; i <= count; i++)
        arrive(port, (struct segment){TCP_ACK, CLIENT_ISN + 1 + 2 * i, server, 1});
}

static void test_tcp_demux_bounds_what_is_out_of_order(void **state)
{
    (void)state;
    out_of_order_send(2000, open_connection(2000, CLIENT_ISN), 3000);
    assert_int_equal(out_of_order(2000), TCP_OOSEQ_MAX_PBUFS);
}

static void test_tcp_demux_keeps_nothing_out_of_order_when_memory_is_short(void **state)
{
    enum { BYTES = 100 };
    size_t heap_bytes = net_limits.heap_bytes;
    uint32_t server = open_connection(2000, CLIENT_ISN);

    (void)state;
    net_limits.heap_bytes = slab_taken_bytes() - slab_reserve_bytes();
    arrive(2000, (struct segment){TCP_ACK, CLIENT_ISN + 1 + BYTES, server, BYTES});
    unsigned kept = out_of_order(2000);
    arrive(2000, (struct segment){TCP_ACK, CLIENT_ISN + 1, server, BYTES});
    net_limits.heap_bytes = heap_bytes;
    assert_int_equal(kept, 0);
    assert_int_equal(owners[2000].received_bytes, BYTES);
}

/* Every other connection is to an address that goes. */
static void test_tcp_demux_list_survives_a_change_of_address(void **state)
{
    static struct netif other;
    ip4_addr_t gone = server_address, stays, mask;

    (void)state;
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&stays, 10, 0, 1, 2);
    assert_non_null(netif_add(&other, &stays, &mask, &client_address, NULL, netif_start, NULL));
    netif_set_link_up(&other);
    netif_set_up(&other);
    for (uint16_t port = 2000; port < 2010; port++) {
        server_address = port % 2 ? gone : stays;
        open_connection(port, CLIENT_ISN);
        assert_int_equal(tcp_write(owners[port].pcb, "data", 4, TCP_WRITE_FLAG_COPY), ERR_OK);
    }
    netif_set_ipaddr(&netif, IP4_ADDR_ANY4);
    assert_int_equal(list_check(), 5);
    server_address = stays;
    for (uint16_t port = 2000; port < 2010; port += 2)
        arrive(port, (struct segment){.flags = TCP_RST, .sequence = CLIENT_ISN + 1});
    assert_int_equal(list_check(), 0);
    server_address = gone;
    netif_set_ipaddr(&netif, &gone);
    netif_remove(&other);
}

static void test_tcp_demux_unknown_segments_are_reset(void **state)
{
    (void)state;
    arrive(3000, (struct segment){TCP_ACK, 5, 77, 10});
    assert_int_equal(answers, 1);
    assert_true(answer.flags & TCP_RST);
    assert_int_equal(answer.sequence, 77);
}

/* Many connections in every order of events; the lists hold together all the time. */
static void test_tcp_demux_at_random(void **state)
{
    enum { STEPS = 20000, PORTS = 50, FIRST_PORT = 20000 };
    static uint32_t client[PORTS], server[PORTS];

    (void)state;
    srand(7);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = (unsigned)rand() % PORTS;
        uint16_t port = (uint16_t)(FIRST_PORT + i);
        struct owner *owner = &owners[port];
        switch (owner->pcb ? rand() % 6 : 6) {
        case 0:
        case 1:
            arrive(port, (struct segment){TCP_ACK, client[i], server[i], 7});
            client[i] += 7;
            break;
        case 2:
            arrive(port, (struct segment){.flags = TCP_RST, .sequence = client[i]});
            break;
        case 3:
            server_close(port);
            server[i]++;
            arrive(port, (struct segment){TCP_FIN | TCP_ACK, client[i]++, server[i], 0});
            break;
        case 4:
            arrive(port, (struct segment){TCP_FIN | TCP_ACK, client[i]++, server[i], 0});
            server_close(port);
            arrive(port, (struct segment){TCP_ACK, client[i], ++server[i], 0});
            break;
        case 5:
            let_pass(TCP_TMR_INTERVAL);
            break;
        default:
            client[i] += 100000;
            server[i] = open_connection(port, client[i]++);
        }
        list_check();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tcp_demux_segments_reach_their_connection),
        TEST(test_tcp_demux_idle_connections_are_on_no_list),
        TEST(test_tcp_demux_an_idle_connection_sends_and_resends),
        TEST(test_tcp_demux_removal_from_anywhere_in_the_list),
        TEST(test_tcp_demux_bounds_what_is_out_of_order),
        TEST(test_tcp_demux_keeps_nothing_out_of_order_when_memory_is_short),
        TEST(test_tcp_demux_list_survives_a_change_of_address),
        TEST(test_tcp_demux_unknown_segments_are_reset),
        TEST(test_tcp_demux_at_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
