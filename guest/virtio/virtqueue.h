/* The split virtqueue (Virtio 1.2, 2.7): descriptors, available and used ring.
 *
 * Knows no bus and no device, and is tested on the host as it is. The life of a buffer:
 *
 *   virtqueue_add()      the driver queues it; the device cannot see it yet
 *   virtqueue_publish()  the device may see everything queued; says whether to notify it
 *   virtqueue_take()     gives back the cookies of the buffers that the device has used
 *
 * The device's interrupts stay off but between virtqueue_arm() and virtqueue_disarm(): arm
 * when there is nothing left to do, look again, sleep.
 *
 * A device is not trusted. One that returns a buffer it was never given, more buffers than
 * it has, or more bytes than a buffer holds, breaks the queue: from then on nothing is
 * added or taken, `fault` says why, and the ring is never looked at again.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VIRTQUEUE_H
#define THRICE_VIRTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the used ring starts, and what the memory of a queue must be aligned to: what legacy
 * devices demand (2.7.2), which suits modern ones.
 */
#define VIRTQUEUE_ALIGN    4096u
#define VIRTQUEUE_MAX_SIZE 32768u

/* The rings as the device sees them. */
struct virtq_desc {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};

struct virtq_avail {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[]; /* size entries, then used_event */
};

struct virtq_used_element {
    uint32_t id;
    uint32_t length;
};

struct virtq_used {
    uint16_t flags;
    uint16_t index;
    struct virtq_used_element ring[]; /* size entries, then avail_event */
};

#define VIRTQ_DESC_F_NEXT          1
#define VIRTQ_DESC_F_WRITE         2
#define VIRTQ_AVAIL_F_NO_INTERRUPT 1
#define VIRTQ_USED_F_NO_NOTIFY     1

/* What the driver remembers of a descriptor, out of the device's sight. cookie, writable
 * and count are those of the buffer whose first descriptor it is; count is 0 in all others.
 */
struct virtqueue_slot {
    void *cookie;
    uint32_t writable_bytes;
    uint16_t count; /* descriptors of the buffer */
    uint16_t next;  /* next descriptor of the buffer, or of the free list */
};

struct virtqueue {
    struct virtq_desc *desc;
    struct virtq_avail *avail;
    struct virtq_used *used;
    struct virtqueue_slot *slots;
    uint16_t size; /* descriptors, a power of two */
    uint16_t free_head;
    uint16_t free_count;
    uint16_t outstanding;  /* buffers added and not yet taken */
    uint16_t avail_next;   /* index of the next entry of the available ring */
    uint16_t avail_public; /* the index that the device has been shown */
    uint16_t used_seen;    /* index of the next used entry to take */
    bool event_idx;
    const char *fault;      /* NULL, or what the device did to break the queue */
    uint64_t notifications; /* how often virtqueue_publish() asked for one */
};

/* One piece of a buffer: its guest-physical address is the pointer itself. */
struct virtqueue_segment {
    void *address;
    uint32_t length;
};

/* Bytes of memory that a queue of this size takes: the rings and the slots behind them. */
size_t virtqueue_bytes(uint16_t size);

/* Makes an empty queue in memory, which is virtqueue_bytes(size) long, aligned to
 * VIRTQUEUE_ALIGN, and stays the caller's. size is a power of two up to VIRTQUEUE_MAX_SIZE.
 * event_idx says whether VIRTIO_F_EVENT_IDX was negotiated. Interrupts are off.
 */
void virtqueue_init(struct virtqueue *queue, uint16_t size, void *memory, bool event_idx);

/* Queues a buffer of `readable` segments that the device reads, followed by `writable` ones
 * that it writes; one descriptor each. The segments' memory belongs to the device until
 * virtqueue_take() returns the cookie, which is not NULL. Returns 0, or -1 when there are
 * too few free descriptors or the queue is broken.
 */
int virtqueue_add(struct virtqueue *queue, const struct virtqueue_segment *segments,
                  unsigned readable, unsigned writable, void *cookie);

/* Shows the device everything added so far. Returns whether it wants to be notified, which
 * the caller then does through the transport: at most once for any number of buffers.
 */
bool virtqueue_publish(struct virtqueue *queue);

/* The cookie of the next buffer that the device has used, or NULL when there is none (or
 * the queue is broken). *length is the number of bytes written; it is at most what the
 * buffer's writable segments hold, and 0 where it has none (legacy devices report nonsense
 * there: 2.7.8.1).
 */
void *virtqueue_take(struct virtqueue *queue, uint32_t *length);

/* Interrupts on: the next buffer used raises one. Returns whether buffers have been used
 * already, in which case the caller takes them instead of sleeping. An interrupt may be
 * spurious; none is missing.
 */
bool virtqueue_arm(struct virtqueue *queue);
void virtqueue_disarm(struct virtqueue *queue);

/* Whether virtqueue_take() has something to say. */
static inline bool virtqueue_pending(const struct virtqueue *queue)
{
    return __atomic_load_n(&queue->used->index, __ATOMIC_ACQUIRE) != queue->used_seen &&
           queue->fault == NULL;
}

/* How many descriptors are free. */
static inline unsigned virtqueue_free(const struct virtqueue *queue)
{
    return queue->free_count;
}

#endif
