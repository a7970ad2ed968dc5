/* Recovery from lost segments where lwIP's, which is Reno's, would wait for a timeout.
 *
 * - NewReno (RFC 6582): lwIP sends one segment again after three duplicate acknowledgements. When
 * the next acknowledgement shows that a further one of the same window is missing, that goes at
 * once.
 * - Limited transmit (RFC 3042): the first two duplicate acknowledgements let out a new segment
 * each, so that a small window, too, gets to three of them.
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
    uint32_t until; /* what had been sent when it began: all of it is there when it ends */
};

/* After lwIP has dealt with a segment, before which lastack and dupacks were these. */
void tcp_recovery_follow(struct tcp_recovery *recovery, struct tcp_pcb *pcb, uint32_t lastack,
                         uint8_t dupacks);

#endif
