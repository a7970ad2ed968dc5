/* Receive buffers that are pbufs; see receive_buffer.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "receive_buffer.h"

#include <stddef.h>

#include "lwip/prot/ethernet.h"

#include "memory.h"

/* A buffer: its pbuf, room for the virtio header, then the frame at FRAME_OFFSET. A reply made in
 * place (ping) has the same room in front that lwIP gives its own pbufs.
 */
struct receive_buffer {
    struct pbuf_custom custom; /* first: a pbuf is its buffer */
    struct receive_buffer *next_spare;
};

#define FRAME_OFFSET         64
#define BUFFER_ALIGN         64
#define MERGEABLE_BYTES      2048 /* of a buffer; a frame of Ethernet's MTU fits in one */
#define ETHERNET_EXTRA_BYTES (SIZEOF_ETH_HDR + 4) /* header and a VLAN tag */

_Static_assert(sizeof(struct receive_buffer) <= FRAME_OFFSET - VIRTIO_NET_HEADER_BYTES_MAX,
               "the virtio header does not fit");

#define BUFFERS_MIN      48
#define BUFFERS_MAX      4096
#define MEMORY_SHARE     64 /* at most one part in so many of the machine's memory */
#define GROW_BUFFERS     32 /* buffers allocated at a time, when the ring runs low */
#define LOW_WATER_DIVIDE 4  /* low: less than this part of the ring is posted */

struct receive_counters receive_counters;

static struct virtio_net *nic;
static struct receive_buffer *spare; /* beyond what the ring holds */
static uint32_t buffer_bytes;
static uint32_t buffer_count, buffer_count_max;
static uint32_t low_water;

static void recycle(struct receive_buffer *buffer)
{
    uint32_t offset = FRAME_OFFSET - nic->header_bytes;
    if (virtio_net_post(nic, (char *)buffer + offset, buffer_bytes - offset, buffer) == 0)
        return;
    buffer->next_spare = spare;
    spare = buffer;
}

/* Posts spare buffers when the ring has room again. */
static void refill(void)
{
    while (spare != NULL && virtqueue_free(&nic->receive) != 0) {
        struct receive_buffer *buffer = spare;
        spare = buffer->next_spare;
        recycle(buffer);
    }
}

static void receive_buffer_free(struct pbuf *pbuf)
{
    recycle((struct receive_buffer *)pbuf);
}

/* Allocates more buffers; they are not touched before a frame is in them. */
static bool grow(uint32_t count)
{
    if (count > buffer_count_max - buffer_count)
        return false;
    char *memory = page_alloc((count * buffer_bytes + PAGE_SIZE - 1) / PAGE_SIZE);
    if (memory == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++)
        recycle((struct receive_buffer *)(memory + i * buffer_bytes));
    buffer_count += count;
    return true;
}

bool receive_buffer_init(struct virtio_net *device)
{
    nic = device;
    spare = NULL;
    buffer_count = 0;
    buffer_bytes = MERGEABLE_BYTES;
    if (!nic->mergeable && nic->mtu + ETHERNET_EXTRA_BYTES + FRAME_OFFSET > MERGEABLE_BYTES)
        buffer_bytes = nic->mtu + ETHERNET_EXTRA_BYTES + FRAME_OFFSET;
    buffer_bytes = (buffer_bytes + BUFFER_ALIGN - 1) & ~(BUFFER_ALIGN - 1u);

    uint64_t most = memory_total_bytes() / MEMORY_SHARE / buffer_bytes;
    buffer_count_max = most < BUFFERS_MIN   ? BUFFERS_MIN
                       : most > BUFFERS_MAX ? BUFFERS_MAX
                                            : (uint32_t)most;
    uint32_t first = nic->receive.size;
    if (first > buffer_count_max)
        first = buffer_count_max;
    low_water = first / LOW_WATER_DIVIDE;
    return grow(first);
}

static struct pbuf *pbuf_of(struct receive_buffer *buffer, uint32_t offset, uint32_t length)
{
    struct pbuf *pbuf = &buffer->custom.pbuf;
    buffer->custom.custom_free_function = receive_buffer_free;
    *pbuf = (struct pbuf){
        .payload = (char *)buffer + offset,
        .len = (u16_t)length,
        .tot_len = (u16_t)length,
        .type_internal = (u8_t)PBUF_POOL, /* what has room for headers in front */
        .flags = PBUF_FLAG_IS_CUSTOM,
        .ref = 1,
    };
    return pbuf;
}

/* Appends the other pieces of a mergeable frame. The device has used them together (5.1.6.4). */
static struct pbuf *gather(struct pbuf *frame, unsigned pieces)
{
    struct pbuf *last = frame;
    uint32_t total = frame->len;
    for (unsigned i = 1; i < pieces; i++) {
        uint32_t length;
        struct receive_buffer *buffer = virtio_net_receive(nic, &length);
        if (buffer == NULL)
            break;
        total += length;
        last->next = pbuf_of(buffer, FRAME_OFFSET - nic->header_bytes, length);
        last = last->next;
    }
    if (pieces == 0 || total > UINT16_MAX || pbuf_clen(frame) != pieces) {
        receive_counters.malformed++;
        pbuf_free(frame);
        return NULL;
    }
    for (struct pbuf *piece = frame; piece != NULL; piece = piece->next) {
        piece->tot_len = (u16_t)total;
        total -= piece->len;
    }
    return frame;
}

/* The same frame in lwIP's own memory; the buffers go back to the ring. */
static struct pbuf *copied(struct pbuf *frame)
{
    struct pbuf *copy = pbuf_clone(PBUF_RAW, PBUF_RAM, frame);
    pbuf_free(frame);
    if (copy == NULL)
        receive_counters.no_memory++;
    else
        receive_counters.copied++;
    return copy;
}

struct pbuf *receive_buffer_next(bool *checked)
{
    struct receive_buffer *buffer;
    struct pbuf *frame = NULL;
    uint32_t length;

    while (frame == NULL && (buffer = virtio_net_receive(nic, &length)) != NULL) {
        refill();
        if (length < (uint32_t)nic->header_bytes + SIZEOF_ETH_HDR) {
            receive_counters.malformed++;
            recycle(buffer);
            continue;
        }
        const struct virtio_net_header *header =
            (void *)((char *)buffer + FRAME_OFFSET - nic->header_bytes);
        unsigned pieces = nic->mergeable ? header->num_buffers : 1;
        *checked = (header->flags &
                    (VIRTIO_NET_HEADER_F_NEEDS_CSUM | VIRTIO_NET_HEADER_F_DATA_VALID)) != 0;
        frame = pbuf_of(buffer, FRAME_OFFSET, length - nic->header_bytes);
        if (pieces != 1)
            frame = gather(frame, pieces);
        if (nic->receive.outstanding < low_water && frame != NULL && !grow(GROW_BUFFERS))
            frame = copied(frame);
    }
    receive_counters.frames += frame != NULL;
    return frame;
}
