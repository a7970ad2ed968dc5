/* Connections that go on alone (tcp_orphan.h): their peers' acknowledgements, looked at every
 * second.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_orphan.h"

#include "lwip/priv/tcp_priv.h"

#include "slab.h"

#define POLL_SLOW_TICKS (1000 / TCP_SLOW_INTERVAL) /* a second */

static const uint32_t patience_polls[] = {
    [SLAB_MEMORY_AMPLE] = 20,
    [SLAB_MEMORY_SHORT] = 10,
    [SLAB_MEMORY_SCARCE] = 3,
};

/* What is remembered, in the pcb's argument: the acknowledgement, and for how many polls. */
static void remember(struct tcp_pcb *pcb, uint32_t polls)
{
    tcp_arg(pcb, (void *)((uintptr_t)polls << 32 | pcb->lastack));
}

/* lwIP's timer drops a pcb that has been sent again too often, which costs nothing; after a
 * tcp_abort() it would start again at the head of its list, for every one of thousands.
 */
static void give_up(struct tcp_pcb *pcb)
{
    tcp_rst(pcb, pcb->lastack, pcb->rcv_nxt, &pcb->local_ip, &pcb->remote_ip, pcb->local_port,
            pcb->remote_port);
    pcb->nrtx = TCP_MAXRTX;
}

static err_t orphan_poll(void *remembered, struct tcp_pcb *pcb)
{
    uint32_t acknowledged = (uint32_t)(uintptr_t)remembered;
    uint32_t polls = (uint32_t)((uintptr_t)remembered >> 32) + 1;

    if (pcb->state == FIN_WAIT_2) /* everything is taken; lwIP has a timeout for the rest */
        return ERR_OK;
    if (pcb->lastack != acknowledged)
        polls = 0;
    remember(pcb, polls);
    if (polls >= patience_polls[slab_pressure()])
        give_up(pcb);
    return ERR_OK;
}

void tcp_orphan_watch(struct tcp_pcb *pcb)
{
    remember(pcb, 0);
    tcp_poll(pcb, orphan_poll, POLL_SLOW_TICKS);
}
