// sources: tests/unit/tcp_by_hand.c $(TCP_SOURCES)
// flags: -Wl,--wrap=tcp_input,--wrap=tcp_tmr,--wrap=tcp_netif_ip_addr_changed
/* TIME_WAIT: reopened by newer SYNs alone, survives all else, ends, and is bounded. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tcp_by_hand.h"

#include "hooks.h"
#include "net_limits.h"
#include "tcp_demux.h"
#include "tcp_time_wait.h"

static void test_tcp_time_wait_is_reopened_by_a_newer_syn(void **state)
{
    (void)state;
    uint32_t next = into_time_wait(4000, CLIENT_ISN);
    assert_int_equal(tcp_time_wait_count(), 1);
    uint32_t server = open_connection(4000, CLIENT_ISN + 100);
    assert_true((int32_t)(server - next) > 0);
    assert_int_equal(tcp_time_wait_count(), 0);
}

static void test_tcp_time_wait_is_not_reopened_by_an_older_syn(void **state)
{
    (void)state;
    uint32_t next = into_time_wait(4000, CLIENT_ISN);
    arrive(4000, (struct segment){.flags = TCP_SYN, .sequence = CLIENT_ISN - 500});
    assert_int_equal(answers, 1);
    assert_int_equal(answer.flags, TCP_ACK);
    assert_int_equal(answer.sequence, next);
    assert_int_equal(answer.acknowledgement, CLIENT_ISN + 2);
    /* A client in SYN_SENT answers that with a RST of exactly this number: then it may. */
    arrive(4000, (struct segment){.flags = TCP_RST, .sequence = CLIENT_ISN + 2});
    assert_int_equal(tcp_time_wait_count(), 0);
    open_connection(4000, CLIENT_ISN - 500);
}

static void test_tcp_time_wait_survives_other_segments(void **state)
{
    (void)state;
    uint32_t next = into_time_wait(4000, CLIENT_ISN);
    arrive(4000, (struct segment){.flags = TCP_RST, .sequence = CLIENT_ISN + 3});
    assert_int_equal(answers, 0);
    arrive(4000, (struct segment){TCP_ACK, CLIENT_ISN + 2, next, 0});
    assert_int_equal(answers, 0);
    arrive(4000, (struct segment){TCP_ACK, CLIENT_ISN + 2, next, 100});
    assert_int_equal(answers, 1);
    arrive(4000, (struct segment){TCP_FIN | TCP_ACK, CLIENT_ISN + 1, next, 0});
    assert_int_equal(answers, 1);
    assert_int_equal(answer.acknowledgement, CLIENT_ISN + 2);
    assert_int_equal(tcp_time_wait_count(), 1);
}

static void test_tcp_time_wait_ignores_damaged_segments(void **state)
{
    (void)state;
    static const struct damage damages[] = {
        {.checksum = 1}, {.header_words = 4}, {.header_words = 1}, {.header_words = 15}};
    into_time_wait(4000, CLIENT_ISN);
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        struct segment syn = {.flags = TCP_SYN, .sequence = CLIENT_ISN + 100};
        arrive_damaged(4000, syn, damages[i]);
        assert_int_equal(answers, 0);
        assert_int_equal(tcp_time_wait_count(), 1);
    }
}

/* A SYN that reopens an entry and then finds nobody listening leaves no trace in the sequence
 * numbers of the connections that follow.
 */
static void test_tcp_time_wait_floor_is_for_one_connection(void **state)
{
    static const ip_addr_t other = IPADDR4_INIT(0);
    uint32_t next = into_time_wait(4000, CLIENT_ISN), isn;
    uint16_t port = 0;

    (void)state;
    do
        isn = tcp_initial_sequence_number(&other, SERVER_PORT, &other, ++port);
    while (!TCP_SEQ_LT(isn, next));
    server_listen_end();
    arrive(4000, (struct segment){.flags = TCP_SYN, .sequence = CLIENT_ISN + 100});
    assert_true(answer.flags & TCP_RST);
    server_listen();
    assert_int_equal(tcp_initial_sequence_number(&other, SERVER_PORT, &other, port), isn);
}

static void test_tcp_time_wait_ends_by_time(void **state)
{
    (void)state;
    uint32_t next = into_time_wait(4000, CLIENT_ISN);
    let_pass(NET_TIME_WAIT_MS + 100);
    arrive(4000, (struct segment){TCP_ACK, CLIENT_ISN + 2, next, 100});
    assert_true(answer.flags & TCP_RST); /* nobody there */
    assert_int_equal(tcp_time_wait_count(), 0);
}

static void test_tcp_time_wait_is_bounded(void **state)
{
    (void)state;
    uint32_t limit = net_limits.time_wait;
    for (uint32_t i = 0; i < limit + 1000; i++)
        into_time_wait((uint16_t)(1024 + i % 60000), CLIENT_ISN + i * 100);
    assert_true(tcp_time_wait_count() <= limit);
    assert_true(tcp_time_wait_count() >= limit / 2);
    list_check();
}

/* The owner keeps its side open until the peer's FIN: it learns that the pcb goes. */
static void test_tcp_time_wait_tells_the_owner(void **state)
{
    (void)state;
    uint32_t server = open_connection(4000, CLIENT_ISN);
    struct tcp_pcb *pcb = owners[4000].pcb;
    tcp_demux_begin(pcb);
    assert_int_equal(tcp_shutdown(pcb, 0, 1), ERR_OK);
    tcp_demux_end();
    arrive(4000, (struct segment){TCP_ACK, CLIENT_ISN + 1, server + 1, 0});
    arrive(4000, (struct segment){TCP_FIN | TCP_ACK, CLIENT_ISN + 1, server + 1, 0});
    assert_true(owners[4000].ended);
    assert_null(owners[4000].pcb);
    assert_int_equal(owners[4000].error, ERR_CLSD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tcp_time_wait_is_reopened_by_a_newer_syn),
        TEST(test_tcp_time_wait_is_not_reopened_by_an_older_syn),
        TEST(test_tcp_time_wait_survives_other_segments),
        TEST(test_tcp_time_wait_ignores_damaged_segments),
        TEST(test_tcp_time_wait_floor_is_for_one_connection),
        TEST(test_tcp_time_wait_ends_by_time),
        TEST(test_tcp_time_wait_is_bounded),
        TEST(test_tcp_time_wait_tells_the_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
