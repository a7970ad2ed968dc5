/* Recovery from lost segments (tcp_recovery.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_recovery.h"

#include <string.h>

#include "lwip/priv/tcp_priv.h"

#define DUPACKS_OF_A_LOSS 3

#define OPTION_END         0
#define OPTION_NOP         1
#define OPTION_SACK        5
#define OPTION_BLOCK_BYTES 8

/* The first block of SACK, which is about the segment that has just arrived: where it ends, or the
 * acknowledged number itself if there is none.
 */
static uint32_t first_block_end(const struct tcp_hdr *header)
{
    const uint8_t *at = (const uint8_t *)(header + 1);
    const uint8_t *end = (const uint8_t *)header + TCPH_HDRLEN_BYTES(header);
    uint32_t right;

    while (at < end && *at != OPTION_END) {
        if (*at == OPTION_NOP) {
            at++;
            continue;
        }
        if (end - at < 2 || at[1] < 2 || at[1] > end - at)
            break;
        if (at[0] == OPTION_SACK && at[1] >= 2 + OPTION_BLOCK_BYTES) {
            memcpy(&right, at + 6, sizeof right);
            return lwip_ntohl(right);
        }
        at += at[1];
    }
    return lwip_ntohl(header->ackno);
}

struct tcp_recovery_before tcp_recovery_look(const struct tcp_pcb *pcb, const struct pbuf *segment)
{
    const struct tcp_hdr *header = segment->payload;
    uint16_t header_bytes = TCPH_HDRLEN_BYTES(header);
    struct tcp_recovery_before before = {.lastack = pcb->lastack, .dupacks = pcb->dupacks};

    before.tells_of_gap = pcb->unacked && header_bytes > TCP_HLEN && header_bytes <= segment->len &&
                          segment->tot_len == header_bytes && TCPH_FLAGS(header) == TCP_ACK &&
                          lwip_ntohl(header->ackno) == pcb->lastack &&
                          TCP_SEQ_GT(first_block_end(header), pcb->lastack);
    return before;
}

/* As lwIP does with those that it counts. */
static void count_duplicate(struct tcp_pcb *pcb, uint8_t dupacks)
{
    pcb->dupacks = dupacks < UINT8_MAX ? dupacks + 1 : dupacks;
    if (pcb->dupacks > DUPACKS_OF_A_LOSS)
        TCP_WND_INC(pcb->cwnd, pcb->mss);
    if (pcb->dupacks >= DUPACKS_OF_A_LOSS) {
        tcp_rexmit_fast(pcb);
        tcp_output(pcb);
    }
}

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

void tcp_recovery_follow(struct tcp_recovery *recovery, struct tcp_pcb *pcb,
                         const struct tcp_recovery_before *before)
{
    if (before->tells_of_gap && pcb->dupacks == 0 && pcb->lastack == before->lastack)
        count_duplicate(pcb, before->dupacks);
    if (pcb->flags & TF_RTO) { /* a timeout sends everything again */
        recovery->active = false;
    } else if (pcb->lastack == before->lastack) {
        if (pcb->dupacks > before->dupacks && pcb->dupacks < DUPACKS_OF_A_LOSS)
            limited_transmit(pcb);
        if (!recovery->active && pcb->flags & TF_INFR)
            *recovery = (struct tcp_recovery){.active = true, .until = pcb->snd_nxt};
    } else if (recovery->active) {
        recovery->active = TCP_SEQ_LT(pcb->lastack, recovery->until);
        if (recovery->active)
            partial_acknowledgement(pcb);
    }
}
