/* The block device (Virtio 1.2, 5.2): requests in, completions out; nothing copied, nothing cached.
 *
 * A caller starts an operation, which becomes as many requests as its length needs, and any number
 * of operations may be under way. virtio_blk_poll() takes completions in; an operation is done
 * when nothing of it is outstanding.
 *
 *   struct virtio_blk_operation operation = {0};
 *   while (more) more = !virtio_blk_start(...);   as far as the ring has room
 *   virtio_blk_flush_ring(); ... virtio_blk_poll(); until operation.outstanding == 0
 *
 * A device that breaks its rings, or answers nothing, is given up by virtio_blk_fail(): it is
 * reset, and everything under way and to come fails.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VIRTIO_BLK_H
#define THRICE_VIRTIO_BLK_H

#include <stdbool.h>
#include <stdint.h>

#include "virtio.h"
#include "virtqueue.h"

#define VIRTIO_BLK_SECTOR_BYTES 512u
#define VIRTIO_BLK_REQUESTS_MAX 64 /* under way at once */

enum virtio_blk_type {
    VIRTIO_BLK_READ = 0,
    VIRTIO_BLK_WRITE = 1,
    VIRTIO_BLK_FLUSH = 4,
    VIRTIO_BLK_DISCARD = 11,
};

/* How a request ended: what the device says, and FAILED where it does not. */
enum virtio_blk_status {
    VIRTIO_BLK_OK = 0,
    VIRTIO_BLK_IO_ERROR = 1,
    VIRTIO_BLK_UNSUPPORTED = 2,
};

struct virtio_blk_operation {
    uint32_t outstanding; /* requests under way */
    uint8_t status;       /* of the first that went wrong */
};

struct virtio_blk_request; /* private */

struct virtio_blk {
    struct virtio_device *device;
    struct virtqueue queue;
    uint64_t sectors;
    uint32_t request_bytes_max;
    uint32_t discard_sectors_max; /* in one request; 0: the device does not discard */
    bool read_only;
    bool has_cache; /* what is written is safe after a flush; else at once */
    bool failed;
    struct virtio_blk_request *unused;
};

/* Starts the n-th block device of the machine. Returns 0, or -1 when there is none or it cannot be
 * driven (the console says why).
 */
int virtio_blk_open(struct virtio_blk *blk, unsigned n);

/* Queues one request for the sectors at `sector`: of `bytes`, at most request_bytes_max, read into
 * or written from memory that belongs to the device until the operation is done; to discard,
 * bytes of the device and no memory; to flush, neither. Returns 0, or -1 when the ring is full.
 */
int virtio_blk_start(struct virtio_blk *blk, struct virtio_blk_operation *operation,
                     enum virtio_blk_type type, uint64_t sector, void *memory, uint64_t bytes);

/* Shows the device what was queued. */
static inline void virtio_blk_kick(struct virtio_blk *blk)
{
    virtio_queue_kick(blk->device, 0, &blk->queue);
}

/* Takes completions in. */
void virtio_blk_poll(struct virtio_blk *blk);

/* Before sleeping: the next completion interrupts. Returns whether one is there already (do not
 * sleep). virtio_blk_disarm() after waking.
 */
bool virtio_blk_arm(struct virtio_blk *blk);
void virtio_blk_disarm(struct virtio_blk *blk);

/* Gives the device up, and says why on the console. */
void virtio_blk_fail(struct virtio_blk *blk, const char *why);

#endif
