/* Demultiplexing (tcp_demux.h): shows lwIP a short list, and puts things back afterwards. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_demux.h"

#include <stddef.h>

#include "lwip/inet_chksum.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

#include "hooks.h"
#include "net_report.h"
#include "panic.h"
#include "slab.h"
#include "tcp_half_open.h"
#include "tcp_time_wait.h"

#define UNREAD_WHEN_SHORT_BYTES (2 * TCP_MSS)

_Static_assert(offsetof(struct tcp_pcb, local_ip) == 0 &&
                   offsetof(struct tcp_pcb, remote_ip) == sizeof(ip_addr_t) &&
                   offsetof(struct tcp_connection, pcb) == sizeof(struct tcp_entry),
               "the table reads the addresses there");

/* What is hidden from lwIP while it deals with one connection. */
static struct {
    bool open;
    struct tcp_pcb *head;     /* of the whole list */
    struct tcp_pcb *shown;    /* the pcb put first, or NULL for a list shown empty */
    struct tcp_pcb *previous; /* before it in the whole list */
    struct tcp_pcb *next;     /* after it */
} hidden;

void __real_tcp_input(struct pbuf *p, struct netif *netif);
void __wrap_tcp_input(struct pbuf *p, struct netif *netif);
void __real_tcp_tmr(void);
void __wrap_tcp_tmr(void);
void __real_tcp_netif_ip_addr_changed(const ip_addr_t *old, const ip_addr_t *new);
void __wrap_tcp_netif_ip_addr_changed(const ip_addr_t *old, const ip_addr_t *new);

static struct tcp_connection *connection_of(struct tcp_pcb *pcb)
{
    return (struct tcp_connection *)((char *)pcb - offsetof(struct tcp_connection, pcb));
}

void tcp_demux_init(void)
{
    tcp_table_init();
    tcp_time_wait_init();
}

struct tcp_pcb *tcp_demux_attach(struct tcp_connection *connection)
{
    connection->entry.ports = 0;
    connection->entry.time_wait = false;
    connection->listed = false;
    connection->recovery = (struct tcp_recovery){0};
    return &connection->pcb;
}

struct tcp_connection *tcp_demux_detach(struct tcp_pcb *pcb)
{
    struct tcp_connection *connection = connection_of(pcb);

    tcp_table_remove(&connection->entry);
    return connection;
}

static void list_insert(struct tcp_pcb *pcb)
{
    struct tcp_connection *connection = connection_of(pcb);

    pcb->next = tcp_active_pcbs;
    if (pcb->next)
        connection_of(pcb->next)->previous = pcb;
    connection->previous = NULL;
    connection->listed = true;
    tcp_active_pcbs = pcb;
    tcp_timer_needed();
}

void tcp_demux_touch(struct tcp_pcb *pcb)
{
    if (!connection_of(pcb)->listed && pcb->state != CLOSED)
        list_insert(pcb);
}

void tcp_demux_begin(struct tcp_pcb *pcb)
{
    if (hidden.open)
        panic("tcp_demux_begin: nested");
    if (pcb)
        tcp_demux_touch(pcb);
    hidden.open = true;
    hidden.head = tcp_active_pcbs;
    hidden.shown = NULL;
    hidden.next = NULL;
    if (pcb && connection_of(pcb)->listed) {
        hidden.shown = pcb;
        hidden.previous = connection_of(pcb)->previous;
        hidden.next = pcb->next;
        tcp_active_pcbs = pcb;
    } else {
        tcp_active_pcbs = NULL;
    }
}

/* The shown pcb has left the list: close the gap it leaves in the whole one. */
static void hidden_close_gap(void)
{
    if (hidden.previous)
        hidden.previous->next = hidden.next;
    else
        hidden.head = hidden.next;
    if (hidden.next)
        connection_of(hidden.next)->previous = hidden.previous;
}

/* lwIP has put new connections first: register them. */
static void register_new(struct tcp_pcb *first, const struct tcp_pcb *end)
{
    while (first != end) {
        struct tcp_pcb *pcb = first;
        first = pcb->next;
        list_insert(pcb);
        tcp_table_insert(&connection_of(pcb)->entry, pcb->local_port, pcb->remote_port);
    }
}

void tcp_demux_end(void)
{
    struct tcp_pcb *now = tcp_active_pcbs, *end = now;

    hidden.open = false;
    while (end != hidden.shown && end != hidden.next)
        end = end->next;
    if (hidden.shown && end != hidden.shown)
        hidden_close_gap();
    tcp_active_pcbs = hidden.head;
    register_new(now, end);
    while (tcp_tw_pcbs) {
        struct tcp_pcb *pcb = tcp_tw_pcbs;
        tcp_tw_pcbs = pcb->next;
        tcp_time_wait_enter(pcb);
    }
}

static bool checksum_is_bad(struct pbuf *p, const struct netif *netif)
{
    return netif->chksum_flags & NETIF_CHECKSUM_CHECK_TCP &&
           ip_chksum_pseudo(p, IP_PROTO_TCP, p->tot_len, ip_current_src_addr(),
                            ip_current_dest_addr()) != 0;
}

/* Whether the segment ends here, being for an entry in TIME_WAIT or damaged. */
static bool time_wait_took(struct tcp_entry *entry, struct pbuf *p, const struct netif *netif)
{
    const struct tcp_hdr *header = p->payload;
    uint16_t header_bytes = TCPH_HDRLEN_BYTES(header);

    if (header_bytes < TCP_HLEN || header_bytes > p->tot_len)
        TCP_STATS_INC(tcp.lenerr);
    else if (checksum_is_bad(p, netif))
        TCP_STATS_INC(tcp.chkerr);
    else if (tcp_time_wait_input(entry, header, p->tot_len - header_bytes))
        return false;
    TCP_STATS_INC(tcp.recv);
    pbuf_free(p);
    return true;
}

/* While memory is short, data that would only lie there, because the connection has not read what
 * it has got, or because some before it is missing: the peer will send it again.
 */
static bool must_wait(const struct tcp_pcb *pcb, const struct pbuf *p)
{
    const struct tcp_hdr *header = p->payload;

    return p->tot_len > TCP_HLEN + TCP_MAX_OPTION_BYTES && slab_pressure() != SLAB_MEMORY_AMPLE &&
           (TCP_WND_MAX(pcb) - pcb->rcv_wnd >= UNREAD_WHEN_SHORT_BYTES ||
            TCP_SEQ_GT(lwip_ntohl(header->seqno), pcb->rcv_nxt));
}

/* An acknowledgement of what was not sent yet, or of what is older than any that could still be
 * under way: the segment is not the peer's. lwIP would take its data (RFC 9293, 3.10.7.4; RFC 5961,
 * 5.2).
 */
static bool acknowledges_wrongly(const struct tcp_pcb *pcb, const struct tcp_hdr *header)
{
    uint32_t acknowledged = lwip_ntohl(header->ackno);

    return pcb->state >= ESTABLISHED &&
           (TCPH_FLAGS(header) & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK &&
           (TCP_SEQ_GT(acknowledged, pcb->snd_nxt) ||
            TCP_SEQ_LT(acknowledged, pcb->lastack - pcb->snd_wnd_max));
}

/* What lwIP would keep or take, and then not have the room that it counts on: a SYN within the
 * window, data or a FIN behind a gap that end beyond the window, or data beyond a FIN that waits
 * (RFC 9293, 3.10.7.4). What begins at the gap, lwIP cuts to the window.
 */
static __attribute__((noinline)) bool reaches_too_far(const struct tcp_pcb *pcb,
                                                      const struct pbuf *p)
{
    const struct tcp_hdr *header = p->payload;
    const struct tcp_seg *last = pcb->ooseq;
    uint32_t offset = lwip_ntohl(header->seqno) - pcb->rcv_nxt;
    int bytes = p->tot_len - TCPH_HDRLEN_BYTES(header);
    int room = (int)pcb->rcv_wnd - !!(TCPH_FLAGS(header) & TCP_FIN);

    if (pcb->state < SYN_RCVD)
        return false;
    if (TCPH_FLAGS(header) & TCP_SYN)
        return offset < pcb->rcv_wnd;
    while (last && last->next)
        last = last->next;
    if (last && TCPH_FLAGS(last->tcphdr) & TCP_FIN && bytes > 0)
        room = (int)(last->tcphdr->seqno + last->len - pcb->rcv_nxt);
    else if (offset == 0 || offset >= pcb->rcv_wnd)
        return false;
    return (int)(offset + (uint32_t)bytes) > room;
}

static void drop(struct pbuf *p)
{
    TCP_STATS_INC(tcp.drop);
    pbuf_free(p);
}

/* Nothing of it is new, or within the window. Counted: lwIP does with it as it must. */
static bool is_outside(const struct tcp_pcb *pcb, const struct tcp_hdr *header)
{
    uint32_t offset = lwip_ntohl(header->seqno) - pcb->rcv_nxt;

    return pcb->state >= ESTABLISHED && offset != 0 && offset >= pcb->rcv_wnd;
}

void __wrap_tcp_input(struct pbuf *p, struct netif *netif)
{
    const struct tcp_hdr *header = p->payload;
    struct tcp_pcb *pcb = NULL;

    if (p->len >= TCP_HLEN) {
        struct tcp_tuple tuple = {
            .local = ip_current_dest_addr(),
            .remote = ip_current_src_addr(),
            .local_port = lwip_ntohs(header->dest),
            .remote_port = lwip_ntohs(header->src),
        };
        struct tcp_entry *entry = tcp_table_find(&tuple);
        if (entry && !entry->time_wait)
            pcb = &((struct tcp_connection *)entry)->pcb;
        else if (entry && time_wait_took(entry, p, netif))
            return;
        else if (!entry && (TCPH_FLAGS(header) & TCP_RST || /* there is nothing to reset */
                            ((TCPH_FLAGS(header) & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
                             !tcp_half_open_admits(ip_current_src_addr()))))
            return drop(p);
    }
    if (pcb && must_wait(pcb, p)) {
        TCP_STATS_INC(tcp.memerr);
        drop(p);
        return;
    }
    if (pcb && (acknowledges_wrongly(pcb, header) || reaches_too_far(pcb, p)) &&
        !checksum_is_bad(p, netif)) {
        tcp_send_empty_ack(pcb);
        drop(p);
        return;
    }
    if (pcb && is_outside(pcb, header))
        net_drops.out_of_window++;
    struct tcp_recovery_before before = {0};
    uint16_t mss = pcb ? pcb->mss : 0;
    bool is_syn = pcb && TCPH_FLAGS(header) & TCP_SYN;
    if (pcb)
        before = tcp_recovery_look(pcb, p);
    if (pcb && before.arrived != before.lastack && checksum_is_bad(p, netif))
        before.arrived = before.lastack;
    tcp_demux_begin(pcb);
    __real_tcp_input(p, netif);
    if (pcb && tcp_active_pcbs == pcb) { /* it is still there */
        if (!is_syn)
            pcb->mss = mss; /* only a SYN tells it (RFC 9293, 3.7.1); lwIP heeds any segment */
        tcp_recovery_follow(&connection_of(pcb)->recovery, pcb, &before);
    }
    tcp_demux_end();
    tcp_isn_reset();
}

/* Nothing to send, to resend, to acknowledge or to deliver, and no timer of its own. */
static bool is_idle(const struct tcp_pcb *pcb)
{
    return (pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT) && !pcb->unsent &&
           !pcb->unacked && !pcb->ooseq && !pcb->refused_data && pcb->persist_backoff == 0 &&
           !(pcb->flags & (TF_ACK_DELAY | TF_ACK_NOW | TF_CLOSEPEND | TF_NAGLEMEMERR));
}

/* lwIP has taken pcbs off the list itself: renew the links back, and let go of those that have
 * become idle.
 */
static void list_renew(void)
{
    struct tcp_pcb *previous = NULL, **link = &tcp_active_pcbs;

    while (*link) {
        struct tcp_pcb *pcb = *link;
        if (is_idle(pcb)) {
            *link = pcb->next;
            connection_of(pcb)->listed = false;
        } else {
            connection_of(pcb)->previous = previous;
            tcp_recovery_tick(&connection_of(pcb)->recovery, pcb);
            previous = pcb;
            link = &pcb->next;
        }
    }
}

void __wrap_tcp_tmr(void)
{
    __real_tcp_tmr();
    list_renew();
}

/* The busy connections of the old address are aborted; an idle one may live to see it return. */
void __wrap_tcp_netif_ip_addr_changed(const ip_addr_t *old, const ip_addr_t *new)
{
    __real_tcp_netif_ip_addr_changed(old, new);
    list_renew();
}
