/* Leaving the TCP or UDP checksum of a frame to the NIC (Virtio 1.2, 5.1.6.2). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CHECKSUM_OFFLOAD_H
#define THRICE_CHECKSUM_OFFLOAD_H

#include "lwip/pbuf.h"

#include "virtio_net.h"

/* Asks for the checksum in the header, which is zeroed but for that, and stores the sum of the
 * pseudo header where the checksum goes. A frame of another protocol, and a fragment, is left as
 * it is. The frame's first pbuf holds all its headers, as lwIP makes them.
 */
void checksum_offload(struct pbuf *frame, struct virtio_net_header *header);

#endif
