/* Frames on their way out: pbuf chains handed to the NIC as they are.
 *
 * A frame is referenced (pbuf_ref) until the NIC is done with it; lwIP sees the reference and
 * does not touch a segment in flight. Frames are shown to the NIC by transmit_queue_flush()
 * only, many at once. When its ring is full they wait in a backlog, so that a burst costs
 * nobody a retransmission.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TRANSMIT_QUEUE_H
#define THRICE_TRANSMIT_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/netif.h"

#include "virtio_net.h"

struct transmit_counters {
    uint64_t frames;  /* accepted */
    uint64_t refused; /* frames dropped: backlog full, no memory, or the NIC is broken */
    uint64_t copied;  /* frames that had to be copied: no room for the header, many pieces */
};
extern struct transmit_counters transmit_counters;

void transmit_queue_init(struct virtio_net *nic);

/* Takes a frame from its Ethernet header on (netif->linkoutput). ERR_MEM when it is dropped. */
err_t transmit_queue_add(struct netif *netif, struct pbuf *frame);

/* Releases the frames that have been sent. */
void transmit_queue_reclaim(void);

/* Moves the backlog to the ring as far as there is room, and shows the NIC what is there, unless
 * all of it may wait.
 */
void transmit_queue_flush(void);

/* Says whether what is added from now on may wait: nobody needs it to go on. Where such frames
 * follow each other within TRANSMIT_PATIENCE_NS, they leave with the next that may not wait, so
 * that they cost neither a notification nor, for the answer, an interrupt; at the latest when the
 * first of them has waited for so long. Then somebody may have needed it after all: for a while
 * nothing waits any more.
 */
#define TRANSMIT_PATIENCE_NS   40000000ull
#define TRANSMIT_IMPATIENCE_NS 2000000000ull
void transmit_queue_may_wait(bool may);

/* When transmit_queue_flush() must be called again at the latest, by the monotonic clock. */
#define TRANSMIT_NOTHING_DUE UINT64_MAX
uint64_t transmit_queue_due_ns(void);

/* Whether frames wait for room in the ring, and whether so many that no more work should be
 * taken on that makes frames.
 */
bool transmit_queue_waiting(void);
bool transmit_queue_congested(void);

#endif
