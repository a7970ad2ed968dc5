/* Connections whose handshake is not complete (tcp_half_open.h): a queue by age. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_half_open.h"

#include "lwip/priv/tcp_priv.h"

#include "list.h"
#include "net_limits.h"
#include "net_report.h"
#include "slab.h"
#include "tcp_demux.h"

struct half_open {
    struct list_link by_age;
    struct tcp_pcb *pcb;
};

static struct slab_cache cache = SLAB_CACHE(struct half_open);
static struct list_link by_age = LIST_EMPTY(by_age); /* the oldest first */

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
    forget(id, tcp_ext_arg_get(pcb, id));
    tcp_ext_arg_set(pcb, id, NULL);
}

void tcp_half_open_trim(void)
{
    while (cache.used > net_limits.connections / 4) {
        struct tcp_pcb *pcb = LIST_OF(by_age.next, struct half_open, by_age)->pcb;
        net_drops.half_open_full++;
        tcp_demux_begin(pcb);
        tcp_abandon(pcb, 0); /* no RST: whoever it would go to most likely sent nothing */
        tcp_demux_end();
    }
}
