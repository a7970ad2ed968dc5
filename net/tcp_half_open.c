/* Connections whose handshake is not complete (tcp_half_open.h): a queue by age. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_half_open.h"

#include "lwip/priv/tcp_priv.h"

#include "list.h"
#include "net_limits.h"
#include "net_report.h"
#include "random.h"
#include "rate_limit.h"
#include "slab.h"
#include "tcp_demux.h"

#define STRANGER_INTERVAL_NS 500000

struct half_open {
    struct list_link by_age;
    struct tcp_pcb *pcb;
};

static struct slab_cache cache = SLAB_CACHE(cache, struct half_open);
static struct list_link by_age = LIST_EMPTY(by_age); /* the oldest first */

/* Who has completed a handshake: the last one of each slot, by a number that is an IPv4 address's
 * own, 0 where nobody has. The key keeps others from aiming.
 */
static uint32_t peers[256];

static uint32_t peer_number(const ip_addr_t *address)
{
    static uint32_t key;
    const uint32_t *word = ip_2_ip6(address)->addr;

    if (key == 0)
        key = random_u32() | 1;
    return (IP_IS_V6(address) ? word[1] ^ word[2] ^ word[3] : word[0]) * key;
}

bool tcp_half_open_admits(const ip_addr_t *from)
{
    static uint64_t full_ns;
    uint32_t number = peer_number(from);
    bool admitted = cache.used <= net_limits.half_open / 2 ||
                    (number != 0 && peers[number >> 24] == number) ||
                    rate_limit_admits(&full_ns, STRANGER_INTERVAL_NS);

    net_drops.half_open_full += !admitted;
    return admitted;
}

static void forget(uint8_t id, void *argument)
{
    struct half_open *entry = argument;

    (void)id;
    if (!entry)
        return;
    list_remove(&entry->by_age);
    slab_free(entry);
}

/* lwIP says when it frees the pcb, for whatever reason. */
static const struct tcp_ext_arg_callbacks callbacks = {.destroy = forget};

err_t tcp_half_open_begin(uint8_t id, struct tcp_pcb *pcb)
{
    struct half_open *entry = slab_alloc(&cache);
    if (!entry)
        return ERR_MEM;
    entry->pcb = pcb;
    list_append(&by_age, &entry->by_age);
    tcp_ext_arg_set_callbacks(pcb, id, &callbacks);
    tcp_ext_arg_set(pcb, id, entry);
    return ERR_OK;
}

void tcp_half_open_complete(uint8_t id, struct tcp_pcb *pcb)
{
    uint32_t number = peer_number(&pcb->remote_ip);

    peers[number >> 24] = number;
    forget(id, tcp_ext_arg_get(pcb, id));
    tcp_ext_arg_set(pcb, id, NULL);
}

void tcp_half_open_trim(void)
{
    while (cache.used > net_limits.half_open) {
        struct tcp_pcb *pcb = LIST_OF(by_age.next, struct half_open, by_age)->pcb;
        net_drops.half_open_full++;
        tcp_demux_begin(pcb);
        tcp_abandon(pcb, 0); /* no RST: whoever it would go to most likely sent nothing */
        tcp_demux_end();
    }
}
