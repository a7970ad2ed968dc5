/* The block device; see virtio_blk.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio_blk.h"

#include <stddef.h>

#define BLK_F_SIZE_MAX VIRTIO_FEATURE(1)
#define BLK_F_RO       VIRTIO_FEATURE(5)
#define BLK_F_FLUSH    VIRTIO_FEATURE(9)
#define BLK_F_DISCARD  VIRTIO_FEATURE(13)

#define FEATURES_WANTED                                                                            \
    (BLK_F_SIZE_MAX | BLK_F_RO | BLK_F_FLUSH | BLK_F_DISCARD | VIRTIO_F_EVENT_IDX)

#define CONFIG_CAPACITY            0
#define CONFIG_SIZE_MAX            8
#define CONFIG_MAX_DISCARD_SECTORS 36

#define QUEUE_SIZE        256
#define REQUEST_BYTES_MAX (1u << 20)

/* Header and status as the device sees them, and what we remember. The status starts as an error:
 * a device that reports completion without writing it has not done what it was asked.
 */
struct virtio_blk_request {
    struct {
        uint32_t type;
        uint32_t reserved;
        uint64_t sector;
    } header;
    struct {
        uint64_t sector;
        uint32_t sectors;
        uint32_t flags;
    } discard;
    uint8_t status;
    struct virtio_blk_operation *operation;
    struct virtio_blk_request *next; /* while unused */
};

static struct virtio_blk_request requests[VIRTIO_BLK_REQUESTS_MAX];

static uint32_t config_read32(struct virtio_device *device, unsigned offset)
{
    return virtio_config_read16(device, offset) | (uint32_t)virtio_config_read16(device, offset + 2)
                                                      << 16;
}

static void read_config(struct virtio_blk *blk)
{
    struct virtio_device *device = blk->device;
    blk->sectors = config_read32(device, CONFIG_CAPACITY) |
                   (uint64_t)config_read32(device, CONFIG_CAPACITY + 4) << 32;
    blk->read_only = virtio_has(device, BLK_F_RO);
    blk->has_cache = virtio_has(device, BLK_F_FLUSH);
    if (virtio_has(device, BLK_F_DISCARD))
        blk->discard_sectors_max = config_read32(device, CONFIG_MAX_DISCARD_SECTORS);
    blk->request_bytes_max = REQUEST_BYTES_MAX;
    if (virtio_has(device, BLK_F_SIZE_MAX)) {
        uint32_t most = config_read32(device, CONFIG_SIZE_MAX) & -VIRTIO_BLK_SECTOR_BYTES;
        if (most >= VIRTIO_BLK_SECTOR_BYTES && most < REQUEST_BYTES_MAX)
            blk->request_bytes_max = most;
    }
}

int virtio_blk_open(struct virtio_blk *blk, unsigned n)
{
    *blk = (struct virtio_blk){.device = virtio_find(VIRTIO_ID_BLOCK, n)};
    if (blk->device == NULL || !virtio_start(blk->device, FEATURES_WANTED))
        return -1;
    /* Without these a request's header must be a descriptor of its own, which it is. */
    read_config(blk);
    if (!virtio_queue_new(blk->device, 0, QUEUE_SIZE, &blk->queue))
        return -1;
    for (unsigned i = 0; i < VIRTIO_BLK_REQUESTS_MAX; i++) {
        requests[i].next = blk->unused;
        blk->unused = &requests[i];
    }
    virtio_driver_ok(blk->device);
    return 0;
}

/* Fills in the segments of a request: header, data, status. Returns how many the device reads. */
static unsigned describe(struct virtio_blk_request *request, struct virtqueue_segment *segment,
                         unsigned *writable, void *memory, uint64_t bytes)
{
    unsigned readable = 1;
    *writable = 1;
    segment[0] = (struct virtqueue_segment){&request->header, sizeof request->header};
    switch (request->header.type) {
    case VIRTIO_BLK_READ:
        segment[1] = (struct virtqueue_segment){memory, (uint32_t)bytes};
        *writable = 2;
        break;
    case VIRTIO_BLK_WRITE:
        segment[1] = (struct virtqueue_segment){memory, (uint32_t)bytes};
        readable = 2;
        break;
    case VIRTIO_BLK_DISCARD:
        segment[1] = (struct virtqueue_segment){&request->discard, sizeof request->discard};
        readable = 2;
        break;
    default:
        break;
    }
    segment[readable + *writable - 1] = (struct virtqueue_segment){&request->status, 1};
    return readable;
}

int virtio_blk_start(struct virtio_blk *blk, struct virtio_blk_operation *operation,
                     enum virtio_blk_type type, uint64_t sector, void *memory, uint64_t bytes)
{
    struct virtqueue_segment segments[3];
    struct virtio_blk_request *request = blk->unused;
    unsigned writable;

    if (request == NULL || blk->failed)
        return -1;
    request->header.type = type;
    request->header.reserved = 0;
    request->header.sector = type == VIRTIO_BLK_DISCARD ? 0 : sector;
    request->discard.sector = sector;
    request->discard.sectors = (uint32_t)(bytes / VIRTIO_BLK_SECTOR_BYTES);
    request->discard.flags = 0;
    request->status = VIRTIO_BLK_IO_ERROR;
    request->operation = operation;
    unsigned readable = describe(request, segments, &writable, memory, bytes);
    if (virtqueue_add(&blk->queue, segments, readable, writable, request) < 0)
        return -1;
    blk->unused = request->next;
    operation->outstanding++;
    return 0;
}

void virtio_blk_poll(struct virtio_blk *blk)
{
    struct virtio_blk_request *request;
    uint32_t length;

    while ((request = virtqueue_take(&blk->queue, &length)) != NULL) {
        struct virtio_blk_operation *operation = request->operation;
        if (operation->status == VIRTIO_BLK_OK)
            operation->status = *(volatile uint8_t *)&request->status;
        operation->outstanding--;
        request->next = blk->unused;
        blk->unused = request;
    }
}

bool virtio_blk_arm(struct virtio_blk *blk)
{
    if (virtqueue_arm(&blk->queue))
        return true;
    blk->device->transport->acknowledge(blk->device);
    return virtqueue_pending(&blk->queue);
}

void virtio_blk_disarm(struct virtio_blk *blk)
{
    virtqueue_disarm(&blk->queue);
}

void virtio_blk_fail(struct virtio_blk *blk, const char *why)
{
    virtio_stop(blk->device); /* from here on it touches no memory of ours */
    virtio_refuse(blk->device, why);
    blk->failed = true;
}
