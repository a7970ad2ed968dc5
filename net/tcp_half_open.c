/* Connections whose handshake is not complete (tcp_half_open.h): a queue by age. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_half_open.h"

#include "lwip/priv/tcp_priv.h"

#include "net_limits.h"
#include "net_report.h"
#include "slab.h"
#include "tcp_demux.h"

struct half_open {
    struct tcp_pcb *pcb;
    struct half_open *older, *newer;
};

static struct slab_cache cache = SLAB_CACHE(struct half_open);
static struct half_open *oldest, *newest;

static void forget(uint8_t id, void *argument)
{
    struct half_open *entry = argument;

    (void)id;
    if (!entry)
        return;
    if (entry->older)
        entry->older->newer = entry->newer;
    else
        oldest = entry->newer;
    if (entry->newer)
        entry->newer->older = entry->older;
    else
        newest = entry->older;
    slab_free(entry);
}

/* lwIP says when it frees the pcb, for whatever reason. */
static const struct tcp_ext_arg_callbacks callbacks = {.destroy = forget};

err_t tcp_half_open_begin(uint8_t id, struct tcp_pcb *pcb)
{
    struct half_open *entry = slab_alloc(&cache);
    if (!entry)
        return ERR_MEM;
    *entry = (struct half_open){.pcb = pcb, .older = newest};
    if (newest)
        newest->newer = entry;
    else
        oldest = entry;
    newest = entry;
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
        struct tcp_pcb *pcb = oldest->pcb;
        net_drops.half_open_full++;
        tcp_demux_begin(pcb);
        tcp_abandon(pcb, 0); /* no RST: whoever it would go to most likely sent nothing */
        tcp_demux_end();
    }
}
