/* TIME_WAIT entries (tcp_time_wait.h): a queue by age, and the table to find them.
 *
 * There is no timer: whoever enters the queue first pushes the expired out at its head, and an
 * expired entry that is found in the table counts as absent.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_time_wait.h"

#include <string.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"

#include "hooks.h"
#include "list.h"
#include "net_limits.h"
#include "slab.h"

struct tcp_time_wait {
    struct tcp_entry entry;
    ip_addr_t local, remote; /* tcp_entry_addresses() */
    struct list_link by_age;
    uint32_t snd_nxt, rcv_nxt;
    uint32_t expires_ms; /* on lwIP's clock, which wraps */
};
_Static_assert(offsetof(struct tcp_time_wait, local) == sizeof(struct tcp_entry),
               "the table reads the addresses there");

static struct slab_cache cache;
static struct list_link by_age = LIST_EMPTY(by_age); /* the oldest first */

void tcp_time_wait_init(void)
{
    slab_cache_init(&cache, sizeof(struct tcp_time_wait), net_limits.time_wait);
}

uint32_t tcp_time_wait_count(void)
{
    return cache.used;
}

static void queue_append(struct tcp_time_wait *entry)
{
    entry->expires_ms = sys_now() + NET_TIME_WAIT_MS;
    list_append(&by_age, &entry->by_age);
}

static void time_wait_forget(struct tcp_time_wait *entry)
{
    tcp_table_remove(&entry->entry);
    list_remove(&entry->by_age);
    slab_free(entry);
}

static bool has_expired(const struct tcp_time_wait *entry)
{
    return (int32_t)(sys_now() - entry->expires_ms) >= 0;
}

static struct tcp_time_wait *time_wait_alloc(void)
{
    while (!list_is_empty(&by_age)) {
        struct tcp_time_wait *oldest = LIST_OF(by_age.next, struct tcp_time_wait, by_age);
        if (!has_expired(oldest) && cache.used < cache.limit)
            break;
        time_wait_forget(oldest);
    }
    return slab_alloc(&cache);
}

static void tell_owner(struct tcp_pcb *pcb)
{
    tcp_err_fn closed = pcb->errf;

    pcb->errf = NULL;
    if (closed)
        closed(pcb->callback_arg, ERR_CLSD);
}

void tcp_time_wait_enter(struct tcp_pcb *pcb)
{
    struct tcp_time_wait *entry = time_wait_alloc();
    struct tcp_time_wait copy = {
        .entry.time_wait = true,
        .local = pcb->local_ip,
        .remote = pcb->remote_ip,
        .snd_nxt = pcb->snd_nxt,
        .rcv_nxt = pcb->rcv_nxt,
    };
    uint16_t local_port = pcb->local_port, remote_port = pcb->remote_port;

    tell_owner(pcb);
    tcp_free(pcb);
    if (!entry)
        return;
    *entry = copy;
    tcp_table_insert(&entry->entry, local_port, remote_port);
    queue_append(entry);
}

/* The last ACK again: the peer has not seen it, or has sent something old. */
static void acknowledge(const struct tcp_time_wait *entry)
{
    struct tcp_pcb pcb;

    memset(&pcb, 0, sizeof(pcb));
    pcb.state = TIME_WAIT;
    pcb.local_ip = entry->local;
    pcb.remote_ip = entry->remote;
    pcb.local_port = (u16_t)(entry->entry.ports >> 16);
    pcb.remote_port = (u16_t)entry->entry.ports;
    pcb.ttl = TCP_TTL;
    pcb.snd_nxt = entry->snd_nxt;
    pcb.rcv_nxt = entry->rcv_nxt;
    pcb.rcv_ann_wnd = TCP_WND;
    pcb.flags = TF_WND_SCALE;
    tcp_send_empty_ack(&pcb);
}

bool tcp_time_wait_input(struct tcp_entry *found, const struct tcp_hdr *header,
                         uint32_t payload_bytes)
{
    struct tcp_time_wait *entry = (struct tcp_time_wait *)found;
    uint32_t sequence = lwip_ntohl(header->seqno);
    uint8_t flags = TCPH_FLAGS(header);

    if (has_expired(entry)) {
        time_wait_forget(entry);
        return true;
    }
    if (flags & TCP_RST) {
        /* Exact, so that only the peer itself can cut the wait short (RFC 5961). */
        if (sequence == entry->rcv_nxt)
            time_wait_forget(entry);
        return false;
    }
    if ((flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && TCP_SEQ_GT(sequence, entry->rcv_nxt)) {
        tcp_isn_exceed(entry->snd_nxt);
        time_wait_forget(entry);
        return true;
    }
    if (flags & TCP_FIN) {
        list_remove(&entry->by_age);
        queue_append(entry); /* the wait starts anew */
    }
    if (payload_bytes > 0 || flags & (TCP_FIN | TCP_SYN))
        acknowledge(entry);
    return false;
}
