/* Leaving TCP segmentation to the NIC: consecutive segments of a connection leave as one frame with
 * one set of headers, which the NIC cuts again (Virtio 1.2, 5.1.6.2), or which reaches a receiver
 * on the same host whole.
 *
 * lwIP knows nothing of this: it makes segments, and those that follow each other are joined.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SEGMENTATION_H
#define THRICE_SEGMENTATION_H

#include <stdint.h>

#include "lwip/pbuf.h"

#include "virtio_net.h"

/* Whether a frame is the TCP segment that follows another, with nothing new in its headers.
 * Returns how many bytes of headers it has, which go when it is joined; or 0.
 */
unsigned segmentation_follows(const struct pbuf *frame, const struct pbuf *previous);

/* Turns the headers of the first of some segments, all as long as it but the last, into those of
 * all. extra_bytes: the data behind the first's. Its header asks for its checksum already
 * (checksum_offload.h).
 */
void segmentation_ask(struct pbuf *first, const struct pbuf *last, uint16_t extra_bytes,
                      struct virtio_net_header *header);

#endif
