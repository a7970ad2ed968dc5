/* The NIC made of memory; see nic.h. Replaces the scan for virtio devices and the halt (--wrap). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "client.h"
#include "console.h"
#include "interrupt.h"
#include "panic.h"
#include "virtio.h"
#include "virtio_net.h"

/* What QEMU's device offers on a tap: CSUM, GUEST_CSUM, MAC, GUEST and HOST TSO of both families,
 * MRG_RXBUF.
 */
#define FEATURES_OF_NET 0x99a3
#define RING_SIZE       256

enum { QUEUE_RECEIVE, QUEUE_TRANSMIT, QUEUES };

void __wrap_virtio_mmio_scan(void);
void __wrap_interrupt_wait(uint64_t deadline_ns);
void __real_interrupt_wait(uint64_t deadline_ns);

struct ring {
    struct virtq_desc *desc;
    struct virtq_avail *avail;
    struct virtq_used *used;
    uint16_t taken; /* entries of the available ring */
};
static struct ring rings[QUEUES];
static uint8_t device_status;

static struct {
    bool on;
    uint64_t instructions, notifications, acknowledgements, interrupts, halts;
} count;
static uint64_t guest_since; /* TSC at which the guest was left to itself */

/* Under -icount shift=0 the TSC counts instructions. */
static uint64_t tsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static void leave_guest(void)
{
    count.instructions += tsc() - guest_since;
}

static void enter_guest(void)
{
    guest_since = tsc();
}

void nic_begin_count(void)
{
    memset(&count, 0, sizeof count);
}

_Noreturn void nic_end_count(unsigned long units)
{
    console_printf("profile: units=%lu instructions=%lu notifications=%lu acknowledgements=%lu "
                   "interrupts=%lu halts=%lu\n",
                   units, count.instructions, count.notifications, count.acknowledgements,
                   count.interrupts, count.halts);
    machine_exit(0);
}

/* The device is done with a buffer, and as it is never busy it wants to be told of the next. */
static void use(struct ring *ring, uint16_t head, uint32_t written)
{
    struct virtq_used *used = ring->used;
    uint16_t *avail_event = (uint16_t *)&used->ring[RING_SIZE];

    used->ring[used->index % RING_SIZE] = (struct virtq_used_element){head, written};
    __atomic_store_n(&used->index, used->index + 1, __ATOMIC_RELEASE);
    *avail_event = ring->taken;
}

static void transmit(void)
{
    static unsigned char frame[65536 + VIRTIO_NET_HEADER_BYTES_MAX];
    struct ring *ring = &rings[QUEUE_TRANSMIT];

    while (ring->taken != ring->avail->index) {
        uint16_t head = ring->avail->ring[ring->taken++ % RING_SIZE];
        size_t bytes = 0;
        for (const struct virtq_desc *d = &ring->desc[head];; d = &ring->desc[d->next]) {
            if (bytes + d->length > sizeof frame)
                panic("profile: a frame of more than %lu bytes", sizeof frame);
            memcpy(frame + bytes, (const void *)d->address, d->length);
            bytes += d->length;
            if ((d->flags & VIRTQ_DESC_F_NEXT) == 0)
                break;
        }
        use(ring, head, 0);
        client_hear(frame + VIRTIO_NET_HEADER_BYTES_MAX, bytes - VIRTIO_NET_HEADER_BYTES_MAX);
    }
}

void nic_deliver(const void *frame, size_t bytes)
{
    struct ring *ring = &rings[QUEUE_RECEIVE];

    if (ring->taken == ring->avail->index)
        panic("profile: the guest has posted no buffer");
    uint16_t head = ring->avail->ring[ring->taken++ % RING_SIZE];
    struct virtio_net_header *header = (void *)ring->desc[head].address;
    *header = (struct virtio_net_header){.flags = VIRTIO_NET_HEADER_F_DATA_VALID, .num_buffers = 1};
    memcpy((char *)header + VIRTIO_NET_HEADER_BYTES_MAX, frame, bytes);
    use(ring, head, (uint32_t)(bytes + VIRTIO_NET_HEADER_BYTES_MAX));
}

static uint8_t transport_status(struct virtio_device *device)
{
    (void)device;
    return device_status;
}

static void transport_set_status(struct virtio_device *device, uint8_t status)
{
    (void)device;
    device_status = status;
}

static uint64_t transport_features(struct virtio_device *device)
{
    (void)device;
    return FEATURES_OF_NET | VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT_DESC | VIRTIO_F_VERSION_1;
}

static void transport_set_features(struct virtio_device *device, uint64_t features)
{
    device->features = features;
}

static uint16_t transport_queue_size_max(struct virtio_device *device, unsigned index)
{
    (void)device;
    return index < QUEUES ? RING_SIZE : 0;
}

static bool transport_queue_enable(struct virtio_device *device, unsigned index,
                                   const struct virtqueue *queue)
{
    (void)device;
    if (queue->size != RING_SIZE)
        return false;
    rings[index] = (struct ring){queue->desc, queue->avail, queue->used, 0};
    return true;
}

static uint8_t transport_config_read8(struct virtio_device *device, unsigned offset)
{
    static const uint8_t mac[] = {0x52, 0x54, 0, 0, 0, 2};

    (void)device;
    return offset < sizeof mac ? mac[offset] : 0;
}

static void transport_notify(struct virtio_device *device, unsigned index)
{
    leave_guest();
    (void)device;
    count.notifications++;
    if (index == QUEUE_TRANSMIT)
        transmit();
    enter_guest();
}

static void transport_acknowledge(struct virtio_device *device)
{
    (void)device;
    count.acknowledgements++;
}

static const struct virtio_transport transport = {
    .name = "memory",
    .status = transport_status,
    .set_status = transport_set_status,
    .features = transport_features,
    .set_features = transport_set_features,
    .queue_size_max = transport_queue_size_max,
    .queue_enable = transport_queue_enable,
    .config_read8 = transport_config_read8,
    .notify = transport_notify,
    .acknowledge = transport_acknowledge,
};

void __wrap_virtio_mmio_scan(void)
{
    static struct virtio_device device = {.transport = &transport, .id = VIRTIO_ID_NET};

    virtio_register(&device);
}

/* The guest was about to halt, with interrupts armed: each delivery is one interrupt. */
void __wrap_interrupt_wait(uint64_t deadline_ns)
{
    leave_guest();
    count.halts++;
    if (client_speak()) {
        count.interrupts++;
        interrupt_counters.taken++; /* for the driver, which acknowledges each */
    } else {
        __real_interrupt_wait(deadline_ns);
    }
    enter_guest();
}
