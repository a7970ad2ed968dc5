/* Receive buffers: memory that the NIC fills and lwIP reads, without a copy between.
 *
 * A buffer is a pbuf of our own (pbuf_custom) with the frame behind it. It goes round: posted
 * in the receive ring, filled, given to lwIP, and posted again when lwIP frees it. What lwIP
 * and the sockets keep may be more than there is: when the ring runs low and no more buffers
 * can be had, frames are copied to pbufs of lwIP's heap instead, so that a slow reader cannot
 * starve the NIC.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RECEIVE_BUFFER_H
#define THRICE_RECEIVE_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/pbuf.h"

#include "virtio_net.h"

struct receive_counters {
    uint64_t frames;    /* given to lwIP */
    uint64_t malformed; /* too short for its headers, or pieces missing */
    uint64_t no_memory; /* had to be copied, and there was no memory */
    uint64_t copied;    /* given to lwIP in a copy, because buffers were short */
};
extern struct receive_counters receive_counters;

/* Fills the ring of the NIC, which stays known to this module. More buffers are allocated when
 * lwIP keeps many, up to a share of the machine's memory. false when there is no memory.
 */
bool receive_buffer_init(struct virtio_net *nic);

/* The next frame received, from its Ethernet header on, or NULL. The caller owns the pbuf.
 * *checked says whether the device vouches for its TCP or UDP checksum.
 */
struct pbuf *receive_buffer_next(bool *checked);

#endif
