/* Frames on their way out; see transmit_queue.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "transmit_queue.h"

#include <stddef.h>
#include <string.h>

#include "lwip/pbuf.h"

#include "checksum_offload.h"

#define BACKLOG_FRAMES 1024 /* a power of two */
#define SEGMENTS_MAX   8    /* of a frame; lwIP's have one or two */

_Static_assert(PBUF_LINK_ENCAPSULATION_HLEN >= VIRTIO_NET_HEADER_BYTES_MAX,
               "lwIP leaves no room for the virtio header in front of a frame");

struct transmit_counters transmit_counters;

static struct virtio_net *nic;
static struct pbuf *backlog[BACKLOG_FRAMES];
static uint32_t backlog_first, backlog_end; /* not wrapped */

void transmit_queue_init(struct virtio_net *device)
{
    nic = device;
}

/* Is there room for the virtio header between the pbuf and its payload? */
static bool has_headroom(const struct pbuf *frame)
{
    return (frame->type_internal & PBUF_TYPE_FLAG_STRUCT_DATA_CONTIGUOUS) != 0 &&
           (const char *)frame->payload - (const char *)frame >=
               (ptrdiff_t)(sizeof *frame + VIRTIO_NET_HEADER_BYTES_MAX);
}

/* The frame as it can be sent, with a reference that is ours: itself, or a copy. */
static struct pbuf *sendable(struct pbuf *frame)
{
    if (has_headroom(frame) && (frame->next == NULL || pbuf_clen(frame) <= SEGMENTS_MAX)) {
        pbuf_ref(frame);
        return frame;
    }
    transmit_counters.copied++;
    return pbuf_clone(PBUF_RAW_TX, PBUF_RAM, frame);
}

/* Puts a frame in the ring, the virtio header in front of its first piece. -1: no room. */
static int send(struct pbuf *frame)
{
    struct virtqueue_segment segments[SEGMENTS_MAX];
    struct virtio_net_header *header = (void *)((char *)frame->payload - nic->header_bytes);
    unsigned count = 1;

    segments[0] = (struct virtqueue_segment){header, (uint32_t)frame->len + nic->header_bytes};
    for (struct pbuf *piece = frame; piece->tot_len != piece->len;) {
        piece = piece->next;
        segments[count++] = (struct virtqueue_segment){piece->payload, piece->len};
    }
    if (virtqueue_free(&nic->transmit) < count)
        return -1;
    memset(header, 0, nic->header_bytes);
    if (nic->checksum_offload)
        checksum_offload(frame, header);
    return virtio_net_send(nic, segments, count, frame);
}

err_t transmit_queue_add(struct netif *netif, struct pbuf *frame)
{
    (void)netif;
    if (backlog_end - backlog_first == BACKLOG_FRAMES || nic->transmit.fault != NULL) {
        transmit_counters.refused++;
        return ERR_MEM;
    }
    struct pbuf *ours = sendable(frame);
    if (ours == NULL) {
        transmit_counters.refused++;
        return ERR_MEM;
    }
    if (backlog_first != backlog_end || send(ours) != 0)
        backlog[backlog_end++ % BACKLOG_FRAMES] = ours;
    transmit_counters.frames++;
    return ERR_OK;
}

void transmit_queue_reclaim(void)
{
    struct pbuf *frame;
    while ((frame = virtio_net_sent(nic)) != NULL)
        pbuf_free(frame);
}

void transmit_queue_flush(void)
{
    if (backlog_first != backlog_end) {
        transmit_queue_reclaim();
        while (backlog_first != backlog_end && send(backlog[backlog_first % BACKLOG_FRAMES]) == 0)
            backlog_first++;
    }
    virtio_net_flush(nic);
}

bool transmit_queue_waiting(void)
{
    return backlog_first != backlog_end;
}

bool transmit_queue_congested(void)
{
    return backlog_end - backlog_first > BACKLOG_FRAMES / 2;
}
