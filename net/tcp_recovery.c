/* Recovery from lost segments (tcp_recovery.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_recovery.h"

#include "lwip/priv/tcp_priv.h"

#define DUPACKS_OF_A_LOSS 3

static void limited_transmit(struct tcp_pcb *pcb)
{
    tcpwnd_size_t window = pcb->cwnd;

    if (!pcb->unsent)
        return;
    TCP_WND_INC(pcb->cwnd, (tcpwnd_size_t)(pcb->dupacks * pcb->mss));
    tcp_output(pcb);
    pcb->cwnd = window;
}

/* lwIP believes that all is well, and has set the window to half; what is missing goes out again.
 */
static void partial_acknowledgement(struct tcp_pcb *pcb)
{
    if (tcp_rexmit(pcb) != ERR_OK)
        return;
    tcp_set_flags(pcb, TF_INFR);
    tcp_output(pcb);
}

void tcp_recovery_follow(struct tcp_recovery *recovery, struct tcp_pcb *pcb, uint32_t lastack,
                         uint8_t dupacks)
{
    if (pcb->flags & TF_RTO) { /* a timeout sends everything again */
        recovery->active = false;
    } else if (pcb->lastack == lastack) {
        if (pcb->dupacks > dupacks && pcb->dupacks < DUPACKS_OF_A_LOSS)
            limited_transmit(pcb);
        if (!recovery->active && pcb->flags & TF_INFR)
            *recovery = (struct tcp_recovery){.active = true, .until = pcb->snd_nxt};
    } else if (recovery->active) {
        recovery->active = TCP_SEQ_LT(pcb->lastack, recovery->until);
        if (recovery->active)
            partial_acknowledgement(pcb);
    }
}
