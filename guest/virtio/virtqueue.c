/* The split virtqueue; see virtqueue.h.
 *
 * Memory order: x86 keeps stores in order and loads in order, so acquire and release cost
 * nothing; only where a store must be seen before a later load is made (publish, arm) is a
 * full fence needed.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtqueue.h"

#include <string.h>

static size_t align_up(size_t bytes)
{
    return (bytes + VIRTQUEUE_ALIGN - 1) & ~(size_t)(VIRTQUEUE_ALIGN - 1);
}

/* Descriptors, available ring and used_event; the used ring starts at the next boundary. */
static size_t driver_area_bytes(uint16_t size)
{
    return size * sizeof(struct virtq_desc) + sizeof(struct virtq_avail) + size * sizeof(uint16_t) +
           sizeof(uint16_t);
}

static size_t device_area_bytes(uint16_t size)
{
    return sizeof(struct virtq_used) + size * sizeof(struct virtq_used_element) + sizeof(uint16_t);
}

size_t virtqueue_bytes(uint16_t size)
{
    return align_up(align_up(driver_area_bytes(size)) + device_area_bytes(size)) +
           size * sizeof(struct virtqueue_slot);
}

static uint16_t *used_event(struct virtqueue *queue)
{
    return &queue->avail->ring[queue->size];
}

static uint16_t avail_event(struct virtqueue *queue)
{
    const volatile void *entry = &queue->used->ring[queue->size];
    return *(const volatile uint16_t *)entry;
}

void virtqueue_init(struct virtqueue *queue, uint16_t size, void *memory, bool event_idx)
{
    char *base = memory;
    size_t used_offset = align_up(driver_area_bytes(size));

    memset(memory, 0, virtqueue_bytes(size));
    memset(queue, 0, sizeof *queue);
    queue->desc = memory;
    queue->avail = (void *)(base + size * sizeof(struct virtq_desc));
    queue->used = (void *)(base + used_offset);
    queue->slots = (void *)(base + align_up(used_offset + device_area_bytes(size)));
    queue->size = size;
    queue->free_count = size;
    queue->event_idx = event_idx;
    for (unsigned i = 0; i < size; i++)
        queue->slots[i].next = (uint16_t)(i + 1);
    virtqueue_disarm(queue);
}

int virtqueue_add(struct virtqueue *queue, const struct virtqueue_segment *segments,
                  unsigned readable, unsigned writable, void *cookie)
{
    unsigned count = readable + writable;
    if (count == 0 || count > queue->free_count || queue->fault != NULL)
        return -1;

    uint16_t head = queue->free_head;
    uint16_t index = head;
    uint32_t writable_bytes = 0;
    for (unsigned i = 0;; i++) {
        struct virtq_desc *desc = &queue->desc[index];
        uint16_t next = queue->slots[index].next;
        uint16_t flags = 0;
        if (i >= readable) {
            flags = VIRTQ_DESC_F_WRITE;
            writable_bytes += segments[i].length;
        }
        desc->address = (uintptr_t)segments[i].address;
        desc->length = segments[i].length;
        if (i + 1 == count) {
            desc->flags = flags;
            queue->free_head = next;
            break;
        }
        desc->flags = flags | VIRTQ_DESC_F_NEXT;
        desc->next = next;
        index = next;
    }
    queue->free_count -= (uint16_t)count;
    queue->slots[head].cookie = cookie;
    queue->slots[head].writable_bytes = writable_bytes;
    queue->slots[head].count = (uint16_t)count;
    queue->avail->ring[queue->avail_next & (queue->size - 1u)] = head;
    queue->avail_next++;
    queue->outstanding++;
    return 0;
}

bool virtqueue_publish(struct virtqueue *queue)
{
    uint16_t old = queue->avail_public;
    uint16_t new = queue->avail_next;
    if (old == new)
        return false;
    queue->avail_public = new;
    /* The entries before the index, the index before the device's wish is read. */
    __atomic_store_n(&queue->avail->index, new, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);

    bool wanted;
    if (queue->event_idx) /* has the index passed avail_event? (2.7.7.2) */
        wanted = (uint16_t)(new - avail_event(queue) - 1) < (uint16_t)(new - old);
    else
        wanted =
            (__atomic_load_n(&queue->used->flags, __ATOMIC_RELAXED) & VIRTQ_USED_F_NO_NOTIFY) == 0;
    queue->notifications += wanted;
    return wanted;
}

static void *broken(struct virtqueue *queue, const char *fault)
{
    queue->fault = fault;
    return NULL;
}

/* Gives a buffer's descriptors back, in the order in which they were chained. */
static void release(struct virtqueue *queue, uint16_t head)
{
    uint16_t last = head;
    for (unsigned left = queue->slots[head].count; left > 1; left--)
        last = queue->slots[last].next;
    queue->slots[last].next = queue->free_head;
    queue->free_head = head;
    queue->free_count += queue->slots[head].count;
    queue->slots[head].count = 0;
    queue->outstanding--;
}

void *virtqueue_take(struct virtqueue *queue, uint32_t *length)
{
    uint16_t pending = __atomic_load_n(&queue->used->index, __ATOMIC_ACQUIRE) - queue->used_seen;
    if (pending == 0 || queue->fault != NULL)
        return NULL;
    if (pending > queue->outstanding)
        return broken(queue, "used index beyond the buffers given");

    /* Read once: the device might change it between the check and the use. */
    const volatile struct virtq_used_element *element =
        &queue->used->ring[queue->used_seen & (queue->size - 1u)];
    uint32_t id = element->id;
    uint32_t written = element->length;
    if (id >= queue->size || queue->slots[id].count == 0)
        return broken(queue, "used a buffer that it was not given");
    const struct virtqueue_slot *slot = &queue->slots[id];
    if (slot->writable_bytes == 0)
        written = 0;
    else if (written > slot->writable_bytes)
        return broken(queue, "wrote more than the buffer holds");

    queue->used_seen++;
    *length = written;
    release(queue, (uint16_t)id);
    return slot->cookie;
}

bool virtqueue_arm(struct virtqueue *queue)
{
    if (queue->event_idx)
        *used_event(queue) = queue->used_seen;
    else
        queue->avail->flags = 0;
    /* The wish before the look: whatever the device adds after the look interrupts. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return virtqueue_pending(queue);
}

void virtqueue_disarm(struct virtqueue *queue)
{
    if (queue->event_idx) /* an index that the device passed long ago: 65535 buffers of peace */
        *used_event(queue) = queue->used_seen - 1;
    else
        queue->avail->flags = VIRTQ_AVAIL_F_NO_INTERRUPT;
}
