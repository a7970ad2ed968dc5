/* The first part of a segment that the peer's window cuts: what ends the stream is not in it.
 *
 * lwIP puts FIN and PSH on the second part and leaves them on the first as well, where a peer takes
 * the FIN for the end of the data. tcp_split_unsent_seg() is ours wherever lwIP calls it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lwip/priv/tcp_priv.h"

err_t __real_tcp_split_unsent_seg(struct tcp_pcb *pcb, u16_t split);
err_t __wrap_tcp_split_unsent_seg(struct tcp_pcb *pcb, u16_t split);

err_t __wrap_tcp_split_unsent_seg(struct tcp_pcb *pcb, u16_t split)
{
    const struct tcp_seg *after = pcb->unsent->next;

    if (pcb->snd_wnd > pcb->mss) /* of a large window, split is only the low 16 bits, maybe 0 */
        split = pcb->mss;
    err_t result = __real_tcp_split_unsent_seg(pcb, split);

    if (pcb->unsent->next != after) /* it was cut */
        TCPH_UNSET_FLAG(pcb->unsent->tcphdr, TCP_FIN | TCP_PSH);
    return result;
}
