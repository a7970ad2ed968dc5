/* Frames on their way out; see transmit_queue.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "transmit_queue.h"

#include <stddef.h>
#include <string.h>

#include "lwip/pbuf.h"
#include "lwip/prot/ethernet.h"

#include "checksum_offload.h"
#include "segmentation.h"
#include "time.h"

#define BACKLOG_FRAMES 1024 /* a power of two */
#define SEGMENTS_MAX   8    /* of a frame, in a ring that has so many; lwIP's have one or two */
#define PIECES_MAX     64   /* of frames joined */
#define JOINED         1
#define JOIN_BYTES_MIN 590 /* the default segment (RFC 9293, 3.7.1) and its headers */

_Static_assert(PBUF_LINK_ENCAPSULATION_HLEN >= sizeof(void *) &&
                   PBUF_LINK_ENCAPSULATION_HLEN >= VIRTIO_NET_HEADER_BYTES_MAX,
               "lwIP leaves no room for the virtio header in front of a frame");

struct transmit_counters transmit_counters;

static struct virtio_net *nic;
static struct pbuf *backlog[BACKLOG_FRAMES];
static uint32_t backlog_first, backlog_end; /* not wrapped */

/* The last frame, not yet in the ring: the next may be joined to it (segmentation.h). */
static struct {
    struct pbuf *first, *last; /* NULL: nothing */
    void *cookie;
    uint32_t bytes;
    unsigned count;
    struct virtqueue_segment pieces[PIECES_MAX];
} open;

static bool may_wait;         /* what is added now */
static uint64_t may_since_ns; /* when the last that might was added */
static uint64_t in_vain_ns;   /* when one had waited in vain */
static uint64_t due_ns = TRANSMIT_NOTHING_DUE;

void transmit_queue_init(struct virtio_net *device)
{
    nic = device;
}

void transmit_queue_may_wait(bool may)
{
    may_wait = may;
}

uint64_t transmit_queue_due_ns(void)
{
    return due_ns;
}

static void set_due(void)
{
    if (!may_wait) {
        due_ns = 0;
        return;
    }
    uint64_t now_ns = time_monotonic_ns();
    if (now_ns - may_since_ns > TRANSMIT_PATIENCE_NS ||
        (in_vain_ns != 0 && now_ns - in_vain_ns < TRANSMIT_IMPATIENCE_NS))
        due_ns = 0;
    else if (due_ns == TRANSMIT_NOTHING_DUE)
        due_ns = now_ns + TRANSMIT_PATIENCE_NS;
    may_since_ns = now_ns;
}

static bool is_due(void)
{
    if (due_ns == 0 || due_ns == TRANSMIT_NOTHING_DUE)
        return due_ns == 0;
    uint64_t now_ns = time_monotonic_ns();
    if (now_ns < due_ns)
        return false;
    in_vain_ns = now_ns;
    return true;
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
    if (has_headroom(frame) &&
        (frame->next == NULL || pbuf_clen(frame) <= LWIP_MIN(SEGMENTS_MAX, nic->transmit.size))) {
        pbuf_ref(frame);
        return frame;
    }
    transmit_counters.copied++;
    return pbuf_clone(PBUF_RAW_TX, PBUF_RAM, frame);
}

/* A cookie is a frame. One that was joined to others has its address raised by JOINED, and the
 * cookie of those before it where its headers had room in front, which are not sent.
 */
static void **cookie_before(struct pbuf *joined)
{
    return (void **)(joined + 1);
}

static void release(void *cookie)
{
    while ((uintptr_t)cookie & JOINED) {
        struct pbuf *joined = (void *)((char *)cookie - JOINED);
        cookie = *cookie_before(joined);
        pbuf_free(joined);
    }
    pbuf_free(cookie);
}

static inline void piece_add(void *address, uint32_t length)
{
    if (length > 0)
        open.pieces[open.count++] = (struct virtqueue_segment){address, length};
}

/* A frame's pieces, without its headers if it is joined. */
static void pieces_add(const struct pbuf *frame, unsigned header_bytes)
{
    open.bytes += frame->tot_len - header_bytes;
    piece_add((char *)frame->payload + header_bytes, (uint32_t)frame->len - header_bytes);
    while (frame->tot_len != frame->len) {
        frame = frame->next;
        piece_add(frame->payload, frame->len);
    }
}

/* Puts what is open in the ring, where there is room for it. */
static void finish(void)
{
    if (open.first == NULL)
        return;
    struct virtio_net_header *header = open.pieces[0].address;
    memset(header, 0, nic->header_bytes);
    if (nic->checksum_offload)
        checksum_offload(open.first, header);
    if (open.first != open.last)
        segmentation_ask(open.first, open.last, (uint16_t)(open.bytes - open.first->tot_len),
                         header);
    if (virtio_net_send(nic, open.pieces, open.count, open.cookie) != 0)
        release(open.cookie);
    open.first = NULL;
    open.count = 0;
}

static void begin(struct pbuf *frame)
{
    open.first = open.last = frame;
    open.cookie = frame;
    open.bytes = 0;
    pieces_add(frame, 0);
    open.pieces[0].address = (char *)open.pieces[0].address - nic->header_bytes;
    open.pieces[0].length += nic->header_bytes;
}

/* Both are negotiated apart: a device may cut the one and not the other. */
static bool nic_cuts(const struct pbuf *frame)
{
    const struct eth_hdr *header = frame->payload;
    return header->type == PP_HTONS(ETHTYPE_IP) ? nic->segmentation_offload4
                                                : nic->segmentation_offload6;
}

/* Joins a frame to what is open, if it follows there. */
static bool join(struct pbuf *frame, unsigned pieces)
{
    if (open.first == NULL || open.first->tot_len < JOIN_BYTES_MIN || !nic_cuts(frame) ||
        open.last->tot_len != open.first->tot_len || frame->tot_len > open.first->tot_len ||
        open.bytes + frame->tot_len > UINT16_MAX || open.count + pieces > PIECES_MAX ||
        (frame->flags & PBUF_FLAG_IS_CUSTOM) != 0)
        return false;
    unsigned header_bytes = segmentation_follows(frame, open.last);
    if (header_bytes == 0)
        return false;
    *cookie_before(frame) = open.cookie;
    open.cookie = (char *)frame + JOINED;
    open.last = frame;
    pieces_add(frame, header_bytes);
    return true;
}

/* -1: no room in the ring. What is open always has room there. */
static int send(struct pbuf *frame)
{
    unsigned pieces = frame->next != NULL ? pbuf_clen(frame) : 1;
    if (virtqueue_free(&nic->transmit) < open.count + pieces)
        return -1;
    if (!join(frame, pieces)) {
        finish();
        begin(frame);
    }
    return 0;
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
    set_due();
    return ERR_OK;
}

void transmit_queue_reclaim(void)
{
    void *cookie;
    while ((cookie = virtio_net_sent(nic)) != NULL)
        release(cookie);
}

void transmit_queue_flush(void)
{
    finish();
    if (backlog_first != backlog_end) {
        transmit_queue_reclaim();
        while (backlog_first != backlog_end && send(backlog[backlog_first % BACKLOG_FRAMES]) == 0)
            backlog_first++;
        finish();
        due_ns = 0;
    }
    bool send = is_due();
    virtio_net_flush(nic, send);
    if (send)
        due_ns = TRANSMIT_NOTHING_DUE;
}

bool transmit_queue_waiting(void)
{
    return backlog_first != backlog_end;
}

bool transmit_queue_congested(void)
{
    return backlog_end - backlog_first > BACKLOG_FRAMES / 2;
}
