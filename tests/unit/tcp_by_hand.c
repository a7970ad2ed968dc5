/* TCP by hand; see tcp_by_hand.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tcp_by_hand.h"

#include "lwip/inet_chksum.h"
#include "lwip/init.h"
#include "lwip/ip4.h"
#include "lwip/timeouts.h"

#include "hooks.h"
#include "memory.h"
#include "net_report.h"
#include "panic.h"
#include "random.h"
#include "tcp_demux.h"
#include "tcp_half_open.h"
#include "tcp_orphan.h"
#include "tcp_time_wait.h"
#include "time.h"

#define WINDOW 8192

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

struct netif netif;
ip4_addr_t server_address, client_address;
struct segment answer;
unsigned answers;
uint16_t client_window_bytes = WINDOW;
uint32_t client_sack[2];
uint16_t client_mss;

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

err_t netif_start(struct netif *started)
{
    started->output = catch_answer;
    started->mtu = 1500;
    return ERR_OK;
}

void write_ip4_header(struct pbuf *p, uint8_t protocol)
{
    struct ip_hdr *ip = p->payload;

    memset(ip, 0, IP_HLEN);
    IPH_VHL_SET(ip, 4, IP_HLEN / 4);
    IPH_LEN_SET(ip, lwip_htons(p->tot_len));
    IPH_TTL_SET(ip, 64);
    IPH_PROTO_SET(ip, protocol);
    ip4_addr_copy(ip->src, client_address);
    ip4_addr_copy(ip->dest, server_address);
    IPH_CHKSUM_SET(ip, inet_chksum(ip, IP_HLEN));
}

/* Two that do nothing, and one block (RFC 2018, 3). */
static uint8_t write_options(uint8_t *at)
{
    const uint8_t sack[] = {1, 1, 5, 10};
    uint32_t block[] = {lwip_htonl(client_sack[0]), lwip_htonl(client_sack[1])};
    const uint8_t mss[] = {2, 4, (uint8_t)(client_mss >> 8), (uint8_t)client_mss};
    uint8_t bytes = 0;

    if (client_sack[1] != 0) {
        memcpy(at, sack, sizeof sack);
        memcpy(at + sizeof sack, block, sizeof block);
        bytes = sizeof sack + sizeof block;
    }
    if (client_mss != 0) {
        memcpy(at + bytes, mss, sizeof mss);
        bytes += sizeof mss;
    }
    return bytes;
}

void arrive_damaged(uint16_t port, struct segment segment, struct damage damage)
{
    uint8_t options[16], options_bytes = write_options(options);
    uint16_t length = (uint16_t)(TCP_HLEN + options_bytes + segment.payload_bytes);
    uint8_t header_words =
        damage.header_words ? damage.header_words : (uint8_t)((TCP_HLEN + options_bytes) / 4);
    struct pbuf *p = pbuf_alloc(PBUF_IP, length, PBUF_RAM);
    struct tcp_hdr *header = p->payload;
    ip_addr_t from, to;

    ip_addr_copy_from_ip4(from, client_address);
    ip_addr_copy_from_ip4(to, server_address);
    memset(p->payload, 'x', length);
    memset(header, 0, TCP_HLEN);
    memcpy(header + 1, options, options_bytes);
    header->src = lwip_htons(port);
    header->dest = lwip_htons(SERVER_PORT);
    header->seqno = lwip_htonl(segment.sequence);
    header->ackno = lwip_htonl(segment.acknowledgement);
    TCPH_HDRLEN_FLAGS_SET(header, header_words, segment.flags);
    header->wnd = lwip_htons(client_window_bytes);
    header->chksum = ip_chksum_pseudo(p, IP_PROTO_TCP, length, &from, &to);
    header->chksum = (uint16_t)(header->chksum + damage.checksum);

    pbuf_add_header(p, IP_HLEN);
    write_ip4_header(p, IP_PROTO_TCP);
    answers = 0;
    assert_int_equal(ip4_input(p, &netif), ERR_OK);
}

void arrive(uint16_t port, struct segment segment)
{
    arrive_damaged(port, segment, (struct damage){0});
}

void let_pass(unsigned ms)
{
    for (unsigned i = 0; i < ms; i += TCP_TMR_INTERVAL) {
        now_ns += TCP_TMR_INTERVAL * 1000000ull;
        sys_check_timeouts();
    }
}

/* ---- the server -------------------------------------------------------------------------------
 */

struct owner owners[65536];

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

void server_listen(void)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);

    ip_set_option(pcb, SOF_REUSEADDR);
    assert_int_equal(tcp_bind(pcb, IP4_ADDR_ANY, SERVER_PORT), ERR_OK);
    tcp_ext_arg_set_callbacks(pcb, half_open_id, &listener_callbacks);
    listener = tcp_listen(pcb);
    tcp_accept(listener, on_accept);
}

void server_listen_end(void)
{
    assert_int_equal(tcp_close(listener), ERR_OK);
}

uint32_t open_connection(uint16_t port, uint32_t isn)
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

void server_close(uint16_t port)
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

uint32_t into_time_wait(uint16_t port, uint32_t isn)
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

unsigned list_check(void)
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

int set_up(void **state)
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

int tear_down(void **state)
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
    client_sack[1] = 0;
    client_mss = 0;
    let_pass(2 * NET_TIME_WAIT_MS);
    memset(owners, 0, sizeof(owners));
    return 0;
}
