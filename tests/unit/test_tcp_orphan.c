// sources: tests/unit/tcp_by_hand.c $(TCP_SOURCES)
// flags: -Wl,--wrap=tcp_input,--wrap=tcp_tmr,--wrap=tcp_netif_ip_addr_changed
/* Orphans: connections closed by their server with data left to send, whose time is bounded. */
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
#include "slab.h"
#include "tcp_demux.h"

/* Closed with data left to send; the client acknowledges `step` bytes more every second, and its
 * window then is closed. Whether the connection is still there after so many seconds.
 */
static bool orphan_survives(uint32_t step, unsigned seconds)
{
    static const char data[10000];
    uint32_t pcbs = memp_pool(MEMP_TCP_PCB)->used;
    uint32_t server = open_connection(2000, CLIENT_ISN);
    struct tcp_pcb *pcb = owners[2000].pcb;

    tcp_demux_touch(pcb);
    assert_int_equal(tcp_write(pcb, data, sizeof(data), TCP_WRITE_FLAG_COPY), ERR_OK);
    tcp_output(pcb);
    server_close(2000);
    client_window_bytes = 0;
    for (unsigned i = 0; i < seconds && memp_pool(MEMP_TCP_PCB)->used > pcbs; i++) {
        arrive(2000, (struct segment){TCP_ACK, CLIENT_ISN + 1, server += step, 0});
        let_pass(1000);
    }
    return memp_pool(MEMP_TCP_PCB)->used > pcbs;
}

static void test_tcp_orphan_is_reset_if_its_peer_never_reads(void **state)
{
    (void)state;
    assert_true(orphan_survives(0, 15));
    arrive(2000, (struct segment){.flags = TCP_RST, .sequence = CLIENT_ISN + 1});
    assert_false(orphan_survives(0, 25));
    assert_int_equal(list_check(), 0);
}

static void test_tcp_orphan_is_left_alone_if_its_peer_reads(void **state)
{
    (void)state;
    assert_true(orphan_survives(1, 100));
    arrive(2000, (struct segment){.flags = TCP_RST, .sequence = CLIENT_ISN + 1});
}

static void test_tcp_orphan_has_less_time_when_memory_is_scarce(void **state)
{
    size_t heap_bytes = net_limits.heap_bytes;

    (void)state;
    open_connection(3000, CLIENT_ISN);
    net_limits.heap_bytes = slab_taken_bytes() - slab_reserve_bytes();
    bool survives = orphan_survives(0, 5);
    net_limits.heap_bytes = heap_bytes;
    assert_false(survives);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tcp_orphan_is_reset_if_its_peer_never_reads),
        TEST(test_tcp_orphan_is_left_alone_if_its_peer_reads),
        TEST(test_tcp_orphan_has_less_time_when_memory_is_scarce),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
