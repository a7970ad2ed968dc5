/* virtio devices, whatever carries them.
 *
 * A transport (virtio_mmio.c, virtio_pci.c; each legacy and modern) fills a struct
 * virtio_device with its operations; a device driver (virtio_net.c, virtio_rng.c) uses these
 * and knows no transport. Rings are in virtqueue.h and know neither.
 *
 * Virtio 1.2 (OASIS), sections 2 to 5; "legacy" is what each section says of legacy interfaces.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VIRTIO_H
#define THRICE_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

enum virtio_id {
    VIRTIO_ID_NET = 1,
    VIRTIO_ID_BLOCK = 2,
    VIRTIO_ID_ENTROPY = 4,
};

/* Feature bits of every device (Virtio 1.2, 6). */
#define VIRTIO_F_ANY_LAYOUT    27
#define VIRTIO_F_INDIRECT_DESC 28
#define VIRTIO_F_EVENT_IDX     29
#define VIRTIO_F_VERSION_1     32

struct virtqueue;
struct virtio_device;

struct virtio_transport {
    const char *name; /* "virtio-mmio" or "virtio-pci" */
    uint64_t (*features)(struct virtio_device *device);
    /* Writes the accepted features; with VERSION_1 also FEATURES_OK. false when refused. */
    bool (*accept_features)(struct virtio_device *device, uint64_t features);
    /* Sets queue index up on the ring; 0 or -1 when the device has no such queue. */
    int (*queue_setup)(struct virtio_device *device, unsigned index, struct virtqueue *queue);
    uint8_t (*config_read8)(struct virtio_device *device, unsigned offset);
    void (*driver_ok)(struct virtio_device *device);
    /* Reads and clears the interrupt cause; call before looking at the rings. */
    void (*acknowledge)(struct virtio_device *device);
    void (*reset)(struct virtio_device *device);
};

struct virtio_device {
    const struct virtio_transport *transport;
    enum virtio_id id;
    bool legacy;
    uint64_t features; /* accepted */
    void *address;     /* transport's own: register base */
    uint64_t private[8];
};

/* The n-th device of a kind (0 is the first), or NULL. */
struct virtio_device *virtio_find(enum virtio_id id, unsigned n);

#endif
