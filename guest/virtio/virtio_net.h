/* The network device (Virtio 1.2, 5.1): frames in, frames out, nothing copied.
 *
 * Every frame in memory has a struct virtio_net_header in front, header_bytes long. What the
 * features below say about it is negotiated once, in virtio_net_open().
 *
 * Receiving: the caller posts empty buffers and takes them back filled, in order. Sending: the
 * caller adds frames as lists of segments and takes their cookies back when the device is done
 * with them. Neither reaches the device before virtio_net_flush(), which notifies once a queue.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VIRTIO_NET_H
#define THRICE_VIRTIO_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "virtio.h"
#include "virtqueue.h"

/* What stands in front of each frame (5.1.6). num_buffers is there only with MRG_RXBUF or
 * VERSION_1: header_bytes tells.
 */
struct virtio_net_header {
    uint8_t flags;
    uint8_t gso_type;
    uint16_t gso_header_bytes;
    uint16_t gso_size;
    uint16_t csum_start;  /* from the start of the frame */
    uint16_t csum_offset; /* from csum_start */
    uint16_t num_buffers; /* received: how many buffers the frame fills */
};

#define VIRTIO_NET_HEADER_BYTES_MAX    12
#define VIRTIO_NET_HEADER_BYTES_LEGACY 10

/* Sent: the device computes the checksum from csum_start on, and stores it at csum_offset, where
 * the sum of the pseudo header stands. Received: it would have to be, but the frame never left
 * the host, so that it is as good as checked.
 */
#define VIRTIO_NET_HEADER_F_NEEDS_CSUM 1
#define VIRTIO_NET_HEADER_F_DATA_VALID 2 /* received: the device has checked it */

/* gso_type: the device cuts the data behind the first gso_header_bytes into segments of gso_size.
 */
#define VIRTIO_NET_HEADER_GSO_TCPV4 1
#define VIRTIO_NET_HEADER_GSO_TCPV6 4

struct virtio_net {
    struct virtio_device *device;
    struct virtqueue receive;
    struct virtqueue transmit;
    uint8_t mac[6];
    uint16_t mtu;               /* bytes of an IP packet */
    uint16_t header_bytes;      /* 10 or 12 */
    bool mergeable;             /* a received frame may fill several buffers */
    bool checksum_offload;      /* NEEDS_CSUM may be set in what is sent */
    bool segmentation_offload4; /* gso_type may be GSO_TCPV4 in what is sent */
    bool segmentation_offload6; /* and GSO_TCPV6 */
    bool checksum_validated;    /* NEEDS_CSUM and DATA_VALID occur in what is received */
    uint64_t interrupts_seen;   /* interrupt_counters.taken when the cause was last cleared */
    uint64_t acknowledgements;  /* how often it was */
};

/* Starts the n-th network device of the machine, with queues of at most size_max descriptors.
 * Returns 0, or -1 when there is none or it cannot be driven (the console says why).
 */
int virtio_net_open(struct virtio_net *net, unsigned n, uint16_t size_max);

/* Gives the device an empty buffer, header included. Returns 0, or -1 when the ring is full. */
static inline int virtio_net_post(struct virtio_net *net, void *buffer, uint32_t length,
                                  void *cookie)
{
    struct virtqueue_segment segment = {buffer, length};
    return virtqueue_add(&net->receive, &segment, 0, 1, cookie);
}

/* The cookie of the next buffer filled, or NULL; *length includes the header. */
static inline void *virtio_net_receive(struct virtio_net *net, uint32_t *length)
{
    return virtqueue_take(&net->receive, length);
}

/* Adds a frame, its header in front. Returns 0, or -1 when the ring is full. */
static inline int virtio_net_send(struct virtio_net *net, const struct virtqueue_segment *segments,
                                  unsigned count, void *cookie)
{
    return virtqueue_add(&net->transmit, segments, count, 0, cookie);
}

/* The cookie of the next frame that the device has finished sending, or NULL. */
static inline void *virtio_net_sent(struct virtio_net *net)
{
    uint32_t length;
    return virtqueue_take(&net->transmit, &length);
}

/* Shows the device the buffers posted and, if they are to leave now, the frames added. */
void virtio_net_flush(struct virtio_net *net, bool send);

/* Before sleeping: an interrupt when a frame is received, and when one is sent if wanted. Returns
 * whether something has happened already (do not sleep). virtio_net_disarm() after waking.
 */
bool virtio_net_arm(struct virtio_net *net, bool when_sent);
void virtio_net_disarm(struct virtio_net *net);

/* What the device did to be no longer followed, or NULL. */
const char *virtio_net_fault(const struct virtio_net *net);

#endif
