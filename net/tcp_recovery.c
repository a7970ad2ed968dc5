/* Recovery from lost segments (tcp_recovery.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_recovery.h"

#include <string.h>

#include "lwip/priv/tcp_priv.h"

#define DUPACKS_OF_A_LOSS 3
#define TICKS_OF_SILENCE  2

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
    struct tcp_recovery_before before = {
        .lastack = pcb->lastack,
        .arrived = pcb->lastack,
        .cwnd = pcb->cwnd,
        .dupacks = pcb->dupacks,
    };

    if (pcb->unacked && header_bytes > TCP_HLEN && header_bytes <= segment->len &&
        segment->tot_len == header_bytes && TCPH_FLAGS(header) == TCP_ACK &&
        lwip_ntohl(header->ackno) == pcb->lastack &&
        TCP_SEQ_GT(first_block_end(header), pcb->lastack)) /* else it came twice */
        before.arrived = first_block_end(header);
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

static uint32_t first_unacknowledged(const struct tcp_pcb *pcb)
{
    return pcb->unacked ? lwip_ntohl(pcb->unacked->tcphdr->seqno) : pcb->lastack;
}

static bool is_before(const struct tcp_seg *segment, const struct tcp_seg *other)
{
    return TCP_SEQ_LT(lwip_ntohl(segment->tcphdr->seqno), lwip_ntohl(other->tcphdr->seqno));
}

/* lwIP appends what is written, and a FIN, to the last segment that is unsent, taking it for the
 * end of the stream, and probes the peer's window with the first. Those that were to be sent again
 * and could not be, because the window has shrunk or the NIC takes no more, are neither: they go
 * back to where a timeout finds them in their order.
 */
static void take_back_unsent(struct tcp_pcb *pcb)
{
    struct tcp_seg *first = pcb->unsent, **end = &pcb->unsent;

    while (*end && pcb->unacked && is_before(*end, pcb->unacked))
        end = &(*end)->next;
    if (end == &pcb->unsent)
        return;
    pcb->unsent = *end;
    *end = pcb->unacked;
    pcb->unacked = first;
    if (!pcb->unsent)
        pcb->unsent_oversize = 0;
}

/* Not while the NIC still has it: then the next segment of the peer's is another chance. */
static void send_again(struct tcp_recovery *recovery, struct tcp_pcb *pcb)
{
    uint32_t first = first_unacknowledged(pcb);

    if (tcp_rexmit(pcb) != ERR_OK)
        return;
    tcp_output(pcb);
    recovery->resent = first;
    recovery->after = pcb->snd_nxt;
}

/* lwIP has sent the first one again. */
static void begin(struct tcp_recovery *recovery, const struct tcp_pcb *pcb)
{
    *recovery = (struct tcp_recovery){
        .active = true,
        .until = pcb->snd_nxt,
        .resent = first_unacknowledged(pcb),
        .after = pcb->snd_nxt,
    };
}

/* lwIP believes that all is well, and has set the window to half, which what is under way fills.
 * What is missing goes out again, and as much that is new as has been acknowledged (RFC 6582, 3.2).
 */
static void acknowledged_in_part(struct tcp_recovery *recovery, struct tcp_pcb *pcb,
                                 const struct tcp_recovery_before *before)
{
    uint32_t acknowledged = pcb->lastack - before->lastack;

    if (before->cwnd > pcb->cwnd + acknowledged)
        pcb->cwnd = before->cwnd - acknowledged;
    if (acknowledged >= pcb->mss)
        TCP_WND_INC(pcb->cwnd, pcb->mss);
    tcp_set_flags(pcb, TF_INFR);
    if (first_unacknowledged(pcb) != recovery->resent)
        send_again(recovery, pcb);
}

static bool lost_again(const struct tcp_recovery *recovery, const struct tcp_pcb *pcb,
                       uint32_t arrived)
{
    return recovery->active && pcb->unacked &&
           TCP_SEQ_GEQ(arrived, recovery->after + DUPACKS_OF_A_LOSS * (uint32_t)pcb->mss);
}

static void follow(struct tcp_recovery *recovery, struct tcp_pcb *pcb,
                   const struct tcp_recovery_before *before)
{
    if (before->arrived != before->lastack && pcb->dupacks == 0 && pcb->lastack == before->lastack)
        count_duplicate(pcb, before->dupacks);
    if (pcb->flags & TF_RTO) { /* a timeout sends everything again */
        recovery->active = false;
    } else if (pcb->lastack == before->lastack) {
        if (pcb->dupacks > before->dupacks && pcb->dupacks < DUPACKS_OF_A_LOSS)
            limited_transmit(pcb);
        take_back_unsent(pcb);
        if (!recovery->active && pcb->flags & TF_INFR)
            begin(recovery, pcb);
        else if (lost_again(recovery, pcb, before->arrived))
            send_again(recovery, pcb);
    } else if (recovery->active) {
        recovery->active = TCP_SEQ_LT(pcb->lastack, recovery->until);
        if (recovery->active)
            acknowledged_in_part(recovery, pcb, before);
    }
}

void tcp_recovery_follow(struct tcp_recovery *recovery, struct tcp_pcb *pcb,
                         const struct tcp_recovery_before *before)
{
    recovery->silent = 0;
    follow(recovery, pcb, before);
    take_back_unsent(pcb);
    if (!pcb->unsent) /* acknowledged while it waited: lwIP would probe on, and finds nothing */
        pcb->persist_backoff = 0;
}

void tcp_recovery_tick(struct tcp_recovery *recovery, struct tcp_pcb *pcb)
{
    if (!recovery->active || pcb->flags & TF_RTO || recovery->silent > TICKS_OF_SILENCE)
        return;
    if (++recovery->silent == TICKS_OF_SILENCE && pcb->unacked) {
        send_again(recovery, pcb);
        take_back_unsent(pcb);
    }
}
