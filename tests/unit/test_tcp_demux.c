// sources: net/tcp_demux.c net/tcp_recovery.c net/tcp_table.c net/tcp_time_wait.c net/tcp_orphan.c net/tcp_half_open.c net/isn.c net/siphash.c net/memp.c net/net_limits.c net/heap.c net/slab.c net/checksum.c net/clock.c $(LWIP_SOURCES)
// flags: -Wl,--wrap=tcp_input,--wrap=tcp_tmr,--wrap=tcp_netif_ip_addr_changed
/* Demultiplexing and TIME_WAIT, with the real lwIP behind: segments are written by hand and
 * given to its IP layer, what it answers is caught at the netif. The clock is the test's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/inet_chksum.h"
#include "lwip/init.h"
#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"

#include "hooks.h"
#include "memory.h"
#include "net_limits.h"
#include "net_report.h"
#include "panic.h"
#include "pools.h"
#include "random.h"
#include "tcp_demux.h"
#include "tcp_half_open.h"
#include "tcp_orphan.h"
#include "tcp_time_wait.h"
#include "time.h"

#define SERVER_PORT 80
#define CLIENT_ISN  1000u
#define WINDOW      8192

/* ---- the kernel that the net layer stands on ---------------------------------------------- */

static uint64_t now_ns;

struct net_drops net_drops;

uint64_t time_monotonic_ns(void)
{
    return now_ns;
}

const ip6_addr_t *net_router6(void)
{
    return NULL;
}

uint64_t memory_total_bytes(void)
{
    return 64 * 1024 * 1024;
}

uint64_t memory_free_bytes(void)
{
    return 60 * 1024 * 1024;
}

void *page_alloc(size_t pages)
{
    return aligned_alloc(PAGE_SIZE, pages * PAGE_SIZE);
}

void page_free(void *address, size_t pages)
{
    (void)pages;
    free(address);
}

void random_bytes(void *buffer, size_t length)
{
    unsigned char *byte = buffer;

    while (length-- > 0)
        *byte++ = (unsigned char)rand();
}

uint32_t random_u32(void)
{
    return (uint32_t)rand();
}

void console_printf(const char *format, ...)
{
    (void)format;
}

void panic(const char *format, ...)
{
    fail_msg("panic: %s", format);
    abort();
}

/* ---- the wire -------------------------------------------------------------------------------- */

struct segment {
    uint8_t flags;
    uint32_t sequence, acknowledgement;
    uint16_t payload_bytes;
};

static struct netif netif;
static ip4_addr_t server_address, client_address;
static struct segment answer; /* the last that lwIP sent */
static unsigned answers;
static uint16_t client_window_bytes = WINDOW;

static err_t catch_answer(struct netif *out, struct pbuf *p, const ip4_addr_t *to)
{
    uint8_t bytes[1600];
    const struct tcp_hdr *header = (const void *)(bytes + IP_HLEN);

    (void)out;
    (void)to;
    assert_true(p->tot_len <= sizeof(bytes));
    pbuf_copy_partial(p, bytes, p->tot_len, 0);
    answer = (struct segment){
        .flags = TCPH_FLAGS(header),
        .sequence = lwip_ntohl(header->seqno),
        .acknowledgement = lwip_ntohl(header->ackno),
        .payload_bytes = (uint16_t)(p->tot_len - IP_HLEN - TCPH_HDRLEN_BYTES(header)),
    };
    answers++;
    return ERR_OK;
}

static err_t netif_start(struct netif *started)
{
    started->output = catch_answer;
    started->mtu = 1500;
    return ERR_OK;
}

/* A segment from the client's port arrives; how its header is wrong, if it is. */
struct damage {
    uint16_t checksum;
    uint8_t header_words; /* what the header says of its length; 0 is the truth */
};

static void arrive_damaged(uint16_t port, struct segment segment, struct damage damage)
{
    uint16_t length = (uint16_t)(TCP_HLEN + segment.payload_bytes);
    uint8_t header_words = damage.header_words ? damage.header_words : TCP_HLEN / 4;
    struct pbuf *p = pbuf_alloc(PBUF_IP, length, PBUF_RAM);
    struct tcp_hdr *header = p->payload;
    ip_addr_t from, to;

    ip_addr_copy_from_ip4(from, client_address);
    ip_addr_copy_from_ip4(to, server_address);
    memset(p->payload, 'x', length);
    memset(header, 0, TCP_HLEN);
    header->src = lwip_htons(port);
    header->dest = lwip_htons(SERVER_PORT);
    header->seqno = lwip_htonl(segment.sequence);
    header->ackno = lwip_htonl(segment.acknowledgement);
    TCPH_HDRLEN_FLAGS_SET(header, header_words, segment.flags);
    header->wnd = lwip_htons(client_window_bytes);
    header->chksum = ip_chksum_pseudo(p, IP_PROTO_TCP, length, &from, &to);
    header->chksum = (uint16_t)(header->chksum + damage.checksum);

    pbuf_add_header(p, IP_HLEN);
    struct ip_hdr *ip = p->payload;
    memset(ip, 0, IP_HLEN);
    IPH_VHL_SET(ip, 4, IP_HLEN / 4);
    IPH_LEN_SET(ip, lwip_htons(p->tot_len));
    IPH_TTL_SET(ip, 64);
    IPH_PROTO_SET(ip, IP_PROTO_TCP);
    ip4_addr_copy(ip->src, client_address);
    ip4_addr_copy(ip->dest, server_address);
    IPH_CHKSUM_SET(ip, inet_chksum(ip, IP_HLEN));
    answers = 0;
    assert_int_equal(ip4_input(p, &netif), ERR_OK);
}

static void arrive(uint16_t port, struct segment segment)
{
    arrive_damaged(port, segment, (struct damage){0});
}

static void let_pass(unsigned ms)
{
    for (unsigned i = 0; i < ms; i += TCP_TMR_INTERVAL) {
        now_ns += TCP_TMR_INTERVAL * 1000000ull;
        sys_check_timeouts();
    }
}

/* ---- the server -------------------------------------------------------------------------------
 */

struct owner {
    struct tcp_pcb *pcb;
    uint32_t received_bytes;
    bool ended;
    err_t error;
};

static struct owner owners[65536]; /* by the client's port */

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct owner *owner = argument;

    (void)error;
    assert_ptr_equal(owner->pcb, pcb);
    if (!p) {
        owner->ended = true;
        return ERR_OK;
    }
    owner->received_bytes += p->tot_len;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static void on_error(void *argument, err_t error)
{
    struct owner *owner = argument;

    owner->pcb = NULL;
    owner->error = error;
}

static uint8_t half_open_id;

static err_t on_syn(uint8_t id, struct tcp_pcb_listen *of, struct tcp_pcb *pcb)
{
    (void)of;
    return tcp_half_open_begin(id, pcb);
}

static const struct tcp_ext_arg_callbacks listener_callbacks = {.passive_open = on_syn};

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error)
{
    struct owner *owner = &owners[pcb->remote_port];

    (void)argument;
    assert_int_equal(error, ERR_OK);
    tcp_half_open_complete(half_open_id, pcb);
    *owner = (struct owner){.pcb = pcb};
    tcp_arg(pcb, owner);
    tcp_recv(pcb, on_received);
    tcp_err(pcb, on_error);
    return ERR_OK;
}

static struct tcp_pcb *listener;

static void server_listen(void)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);

    ip_set_option(pcb, SOF_REUSEADDR);
    assert_int_equal(tcp_bind(pcb, IP4_ADDR_ANY, SERVER_PORT), ERR_OK);
    tcp_ext_arg_set_callbacks(pcb, half_open_id, &listener_callbacks);
    listener = tcp_listen(pcb);
    tcp_accept(listener, on_accept);
}

static void server_listen_end(void)
{
    assert_int_equal(tcp_close(listener), ERR_OK);
}

/* A handshake; returns the server's sequence number after it. */
static uint32_t open_connection(uint16_t port, uint32_t isn)
{
    arrive(port, (struct segment){.flags = TCP_SYN, .sequence = isn});
    assert_int_equal(answers, 1);
    assert_int_equal(answer.flags, TCP_SYN | TCP_ACK);
    assert_int_equal(answer.acknowledgement, isn + 1);
    uint32_t server = answer.sequence + 1;
    arrive(port, (struct segment){TCP_ACK, isn + 1, server, 0});
    assert_non_null(owners[port].pcb);
    return server;
}

static void server_close(uint16_t port)
{
    struct tcp_pcb *pcb = owners[port].pcb;

    owners[port].pcb = NULL;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_orphan_watch(pcb);
    tcp_demux_begin(pcb);
    assert_int_equal(tcp_close(pcb), ERR_OK);
    tcp_demux_end();
}

/* Opens and closes, the server first, which is left in TIME_WAIT; returns its next number. */
static uint32_t into_time_wait(uint16_t port, uint32_t isn)
{
    uint32_t server = open_connection(port, isn);

    server_close(port);
    assert_int_equal(answer.flags, TCP_FIN | TCP_ACK);
    arrive(port, (struct segment){TCP_FIN | TCP_ACK, isn + 1, server + 1, 0});
    assert_int_equal(answer.flags, TCP_ACK);
    assert_int_equal(answer.acknowledgement, isn + 2);
    return server + 1;
}

/* ---- the lists hold together --------------------------------------------------------------------
 */

static unsigned list_check(void)
{
    struct tcp_pcb *previous = NULL;
    unsigned length = 0;

    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; previous = pcb, pcb = pcb->next) {
        struct tcp_connection *connection =
            (void *)((char *)pcb - offsetof(struct tcp_connection, pcb));
        assert_true(connection->listed);
        assert_ptr_equal(connection->previous, previous);
        length++;
    }
    assert_null(tcp_tw_pcbs);
    return length;
}

static int set_up(void **state)
{
    static bool once;

    (void)state;
    if (!once) {
        once = true;
        lwip_init();
        IP4_ADDR(&server_address, 10, 0, 0, 2);
        IP4_ADDR(&client_address, 10, 0, 0, 1);
        assert_non_null(netif_add_noaddr(&netif, NULL, netif_start, NULL));
        netif_set_addr(&netif, &server_address, &(ip4_addr_t){0xffffff}, &client_address);
        netif_set_default(&netif);
        netif_set_link_up(&netif);
        netif_set_up(&netif);
        half_open_id = tcp_ext_arg_alloc_id();
        server_listen();
    }
    return 0;
}

/* Whatever a test leaves behind has timed out before the next. */
static int tear_down(void **state)
{
    (void)state;
    for (unsigned port = 0; port < 65536; port++) {
        struct tcp_pcb *pcb = owners[port].pcb;
        if (!pcb)
            continue;
        tcp_demux_begin(pcb);
        tcp_abort(pcb);
        tcp_demux_end();
    }
    list_check();
    client_window_bytes = WINDOW;
    let_pass(2 * NET_TIME_WAIT_MS);
    memset(owners, 0, sizeof(owners));
    return 0;
}

/* ---- tests --------------------------------------------------------------------------------------
 */

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

/* A flood of SYNs from nowhere pushes its own out; who answers at once is served. */
static void test_tcp_half_open_the_oldest_goes(void **state)
{
    enum { FIRST_PORT = 1024 };
    uint32_t limit = net_limits.connections / 4, pcbs = memp_pool(MEMP_TCP_PCB)->used;

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
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_tcp_demux_segments_reach_their_connection),
        TEST(test_tcp_demux_idle_connections_are_on_no_list),
        TEST(test_tcp_demux_an_idle_connection_sends_and_resends),
        TEST(test_tcp_demux_removal_from_anywhere_in_the_list),
        TEST(test_tcp_half_open_the_oldest_goes),
        TEST(test_tcp_demux_bounds_what_is_out_of_order),
        TEST(test_tcp_demux_keeps_nothing_out_of_order_when_memory_is_short),
        TEST(test_tcp_demux_list_survives_a_change_of_address),
        TEST(test_tcp_demux_unknown_segments_are_reset),
        TEST(test_tcp_demux_at_random),
        TEST(test_tcp_orphan_is_reset_if_its_peer_never_reads),
        TEST(test_tcp_orphan_is_left_alone_if_its_peer_reads),
        TEST(test_tcp_orphan_has_less_time_when_memory_is_scarce),
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
