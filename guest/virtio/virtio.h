/* virtio devices, whatever carries them.
 *
 * Three things kept apart. A transport (virtio_mmio.c, virtio_pci.c; each legacy and modern)
 * finds devices and says how their registers are reached. A device driver (virtio_net.c,
 * virtio_rng.c) uses the functions below and knows no transport. Rings are in virtqueue.h
 * and know neither.
 *
 * A driver starts a device in this order (Virtio 1.2, 3.1.1):
 *   virtio_start()      reset, feature negotiation
 *   virtio_queue_new()  for each queue
 *   virtio_driver_ok()  the device is live
 *
 * Virtio 1.2 (OASIS), sections 2 to 5; "legacy" is what each section says of legacy interfaces.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VIRTIO_H
#define THRICE_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "virtqueue.h"

enum virtio_id {
    VIRTIO_ID_NONE = 0,
    VIRTIO_ID_NET = 1,
    VIRTIO_ID_BLOCK = 2,
    VIRTIO_ID_ENTROPY = 4,
};

/* Feature bits of every device (6). */
#define VIRTIO_FEATURE(bit)    (1ull << (bit))
#define VIRTIO_F_ANY_LAYOUT    VIRTIO_FEATURE(27)
#define VIRTIO_F_INDIRECT_DESC VIRTIO_FEATURE(28)
#define VIRTIO_F_EVENT_IDX     VIRTIO_FEATURE(29)
#define VIRTIO_F_VERSION_1     VIRTIO_FEATURE(32)

/* Device status (2.1). */
#define VIRTIO_STATUS_ACKNOWLEDGE 1
#define VIRTIO_STATUS_DRIVER      2
#define VIRTIO_STATUS_DRIVER_OK   4
#define VIRTIO_STATUS_FEATURES_OK 8
#define VIRTIO_STATUS_FAILED      128

#define VIRTIO_DEVICES_MAX 16
#define VIRTIO_QUEUES_MAX  4 /* of a device, as far as its driver uses them */

struct virtio_device;

/* What a transport does for a device. All registers; nothing is allocated or remembered but
 * where they are.
 */
struct virtio_transport {
    const char *name; /* "virtio-mmio", "virtio-pci" */
    uint8_t (*status)(struct virtio_device *device);
    void (*set_status)(struct virtio_device *device, uint8_t status); /* 0 resets */
    uint64_t (*features)(struct virtio_device *device);
    void (*set_features)(struct virtio_device *device, uint64_t features);
    /* The largest size of a queue, 0 when the device has no such queue. */
    uint16_t (*queue_size_max)(struct virtio_device *device, unsigned index);
    /* Tells the device where the rings are; false when it refuses. */
    bool (*queue_enable)(struct virtio_device *device, unsigned index,
                         const struct virtqueue *queue);
    uint8_t (*config_read8)(struct virtio_device *device, unsigned offset);
    /* Changes whenever the configuration does (2.5.1); NULL in legacy transports. */
    uint32_t (*config_generation)(struct virtio_device *device);
    void (*notify)(struct virtio_device *device, unsigned index);
    /* Clears the interrupt cause, where the device has one to be cleared: call it before
     * the last look at the rings, then sleep.
     */
    void (*acknowledge)(struct virtio_device *device);
    bool queue_size_fixed; /* the driver cannot choose a smaller queue (legacy PCI) */
};

/* A transport embeds this as the first member of its own struct. */
struct virtio_device {
    const struct virtio_transport *transport;
    enum virtio_id id;
    bool legacy;       /* VERSION_1 cannot be negotiated */
    bool refused;      /* by virtio_refuse(): it gets no queue any more */
    uint64_t features; /* accepted */
};

/* Called by a transport for each device that it finds; the device stays where it is. */
void virtio_register(struct virtio_device *device);

/* The n-th device of a kind (0 is the first), or NULL. */
struct virtio_device *virtio_find(enum virtio_id id, unsigned n);

/* Resets the device, whatever firmware left it in, and accepts those features of `wanted` that
 * it offers (VERSION_1 and ANY_LAYOUT always). false when the device refuses; it is then left
 * FAILED.
 */
bool virtio_start(struct virtio_device *device, uint64_t wanted);

/* Allocates queue `index` of at most size_max descriptors and tells the device. false when there
 * is no such queue, or no memory.
 */
bool virtio_queue_new(struct virtio_device *device, unsigned index, uint16_t size_max,
                      struct virtqueue *queue);

/* Gives the memory of a queue back; only after virtio_stop(). */
void virtio_queue_free(struct virtqueue *queue);

void virtio_driver_ok(struct virtio_device *device);

/* Resets the device: it uses no queue any more. false when it does not answer, then it may. */
bool virtio_stop(struct virtio_device *device);

/* Bytes of the device's configuration space, all of one generation. A device that changes them
 * all the time is refused, and they are zero.
 */
void virtio_config_read(struct virtio_device *device, unsigned offset, void *to, size_t bytes);
uint16_t virtio_config_read16(struct virtio_device *device, unsigned offset);

/* Gives a device up for good (FAILED) and says why on the console. Returns false. */
bool virtio_refuse(struct virtio_device *device, const char *why);

static inline bool virtio_has(const struct virtio_device *device, uint64_t feature)
{
    return (device->features & feature) != 0;
}

/* Publishes what was added to the queue and notifies the device if it wants that. */
static inline void virtio_queue_kick(struct virtio_device *device, unsigned index,
                                     struct virtqueue *queue)
{
    if (queue->avail_public != queue->avail_next && virtqueue_publish(queue))
        device->transport->notify(device, index);
}

/* The transports: register every device they find. virtio_pci_scan() returns false when the
 * machine is no PC, and may have virtio-mmio as well.
 */
bool virtio_pci_scan(void);
void virtio_mmio_scan(void);

/* The entropy device: a first seed for random_add(). */
void virtio_rng_seed(struct virtio_device *device);

#endif
