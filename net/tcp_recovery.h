/* Recovery from lost segments where lwIP's, which is Reno's, would wait for a timeout.
 *
 * - NewReno (RFC 6582): lwIP sends one segment again after three duplicate acknowledgements. When
 *   the next acknowledgement shows that a further one of the same window is missing, that goes at
 *   once, and each once: a peer that acknowledges in single bytes gets no segment for each.
 * - What was sent again and got lost again (after RFC 8985): when three segments' worth of what was
 *   first sent after it has arrived, it goes once more; and where nothing arrives any more, after
 *   two ticks of the fast timer rather than a timeout (600 ms and more), once.
 * - Limited transmit (RFC 3042): the first two duplicate acknowledgements let out a new segment
 *   each, so that a small window, too, gets to three of them.
 * - A duplicate acknowledgement that tells of a segment behind the gap (SACK) counts whatever its
 *   window (RFC 6675). lwIP counts those of the same window alone, and Linux's grows with all that
 *   arrives.
 * - What was to be sent again and could not be waits for a timeout, and does not pass for the end
 *   of the stream, to which lwIP appends. Where it is acknowledged while it waits for the peer's
 *   window, no probe of that window follows, on which lwIP insists.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_RECOVERY_H
#define THRICE_TCP_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/tcp.h"

/* Of one connection; zeros to begin with. */
struct tcp_recovery {
    bool active;
    uint8_t silent;  /* ticks without a segment from the peer */
    uint32_t until;  /* what had been sent when it began: all of it is there when it ends */
    uint32_t resent; /* the sequence number sent again last */
    uint32_t after;  /* what had been sent by then */
};

/* What of a segment and of its connection matters, before lwIP changes both. */
struct tcp_recovery_before {
    uint32_t lastack;
    uint32_t arrived; /* the end of the block of SACK that a duplicate acknowledgement tells of, */
                      /* or lastack */
    tcpwnd_size_t cwnd;
    uint8_t dupacks;
};
struct tcp_recovery_before tcp_recovery_look(const struct tcp_pcb *pcb, const struct pbuf *segment);

/* After lwIP has dealt with the segment. */
void tcp_recovery_follow(struct tcp_recovery *recovery, struct tcp_pcb *pcb,
                         const struct tcp_recovery_before *before);

/* Every TCP_TMR_INTERVAL. */
void tcp_recovery_tick(struct tcp_recovery *recovery, struct tcp_pcb *pcb);

#endif
