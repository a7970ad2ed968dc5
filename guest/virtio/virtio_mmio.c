/* virtio over memory-mapped registers (Virtio 1.2, 4.2): version 1, legacy, and version 2.
 *
 * Nothing announces these devices but ACPI or the kernel's command line. QEMU's microvm has
 * them at fixed places, in the same numbers whatever its options are, so we look there: it
 * works with ACPI and with auto-kernel-cmdline off, and needs no parser of either.
 */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "virtio.h"

#define WINDOW_FIRST    0xfeb00000ul
#define WINDOW_DISTANCE 512
#define WINDOWS         32

#define MMIO_MAGIC_VALUE         0x000
#define MMIO_VERSION             0x004
#define MMIO_DEVICE_ID           0x008
#define MMIO_DEVICE_FEATURES     0x010
#define MMIO_DEVICE_FEATURES_SEL 0x014
#define MMIO_DRIVER_FEATURES     0x020
#define MMIO_DRIVER_FEATURES_SEL 0x024
#define MMIO_GUEST_PAGE_SIZE     0x028 /* legacy */
#define MMIO_QUEUE_SEL           0x030
#define MMIO_QUEUE_NUM_MAX       0x034
#define MMIO_QUEUE_NUM           0x038
#define MMIO_QUEUE_ALIGN         0x03c /* legacy */
#define MMIO_QUEUE_PFN           0x040 /* legacy */
#define MMIO_QUEUE_READY         0x044
#define MMIO_QUEUE_NOTIFY        0x050
#define MMIO_INTERRUPT_ACK       0x064
#define MMIO_STATUS              0x070
#define MMIO_QUEUE_DESC          0x080
#define MMIO_QUEUE_DRIVER        0x090
#define MMIO_QUEUE_DEVICE        0x0a0
#define MMIO_CONFIG_GENERATION   0x0fc
#define MMIO_CONFIG              0x100

#define MAGIC                0x74726976u /* "virt" */
#define VERSION_LEGACY       1
#define VERSION_MODERN       2
#define INTERRUPT_ALL_CAUSES 3 /* used buffer, configuration change */

#define LEGACY_PAGE_SIZE 4096

struct virtio_mmio_device {
    struct virtio_device device;
    uintptr_t base;
};

static struct virtio_mmio_device devices[VIRTIO_DEVICES_MAX];

static volatile uint32_t *at(struct virtio_device *device, unsigned offset)
{
    return (volatile uint32_t *)(((struct virtio_mmio_device *)device)->base + offset);
}

static uint8_t mmio_status(struct virtio_device *device)
{
    return (uint8_t)*at(device, MMIO_STATUS);
}

static void mmio_set_status(struct virtio_device *device, uint8_t status)
{
    *at(device, MMIO_STATUS) = status;
}

static uint64_t mmio_features(struct virtio_device *device)
{
    uint64_t features = 0;
    for (uint32_t half = 0; half < (device->legacy ? 1 : 2); half++) {
        *at(device, MMIO_DEVICE_FEATURES_SEL) = half;
        features |= (uint64_t)*at(device, MMIO_DEVICE_FEATURES) << (32 * half);
    }
    return features;
}

static void mmio_set_features(struct virtio_device *device, uint64_t features)
{
    for (uint32_t half = 0; half < (device->legacy ? 1 : 2); half++) {
        *at(device, MMIO_DRIVER_FEATURES_SEL) = half;
        *at(device, MMIO_DRIVER_FEATURES) = (uint32_t)(features >> (32 * half));
    }
}

static uint16_t mmio_queue_size_max(struct virtio_device *device, unsigned index)
{
    *at(device, MMIO_QUEUE_SEL) = index;
    uint32_t size = *at(device, MMIO_QUEUE_NUM_MAX);
    return (uint16_t)(size > VIRTQUEUE_MAX_SIZE ? VIRTQUEUE_MAX_SIZE : size);
}

static void write64(struct virtio_device *device, unsigned offset, const void *address)
{
    *at(device, offset) = (uint32_t)(uintptr_t)address;
    *at(device, offset + 4) = (uint32_t)((uintptr_t)address >> 32);
}

static bool mmio_queue_enable(struct virtio_device *device, unsigned index,
                              const struct virtqueue *queue)
{
    uint64_t legacy_frame = (uintptr_t)queue->desc / LEGACY_PAGE_SIZE;
    if (device->legacy && legacy_frame > UINT32_MAX)
        return false;
    *at(device, MMIO_QUEUE_SEL) = index;
    *at(device, MMIO_QUEUE_NUM) = queue->size;
    if (device->legacy) {
        *at(device, MMIO_GUEST_PAGE_SIZE) = LEGACY_PAGE_SIZE;
        *at(device, MMIO_QUEUE_ALIGN) = VIRTQUEUE_ALIGN;
        *at(device, MMIO_QUEUE_PFN) = (uint32_t)legacy_frame;
        return true;
    }
    write64(device, MMIO_QUEUE_DESC, queue->desc);
    write64(device, MMIO_QUEUE_DRIVER, queue->avail);
    write64(device, MMIO_QUEUE_DEVICE, queue->used);
    *at(device, MMIO_QUEUE_READY) = 1;
    return true;
}

static uint8_t mmio_config_read8(struct virtio_device *device, unsigned offset)
{
    return *(volatile uint8_t *)at(device, MMIO_CONFIG + offset);
}

static uint32_t mmio_config_generation(struct virtio_device *device)
{
    return device->legacy ? 0 : *at(device, MMIO_CONFIG_GENERATION);
}

static void mmio_notify(struct virtio_device *device, unsigned index)
{
    *at(device, MMIO_QUEUE_NOTIFY) = index;
}

/* Not read first: whatever was the cause, the caller is about to look at its rings. */
static void mmio_acknowledge(struct virtio_device *device)
{
    *at(device, MMIO_INTERRUPT_ACK) = INTERRUPT_ALL_CAUSES;
}

static const struct virtio_transport mmio_transport = {
    .name = "virtio-mmio",
    .status = mmio_status,
    .set_status = mmio_set_status,
    .features = mmio_features,
    .set_features = mmio_set_features,
    .queue_size_max = mmio_queue_size_max,
    .queue_enable = mmio_queue_enable,
    .config_read8 = mmio_config_read8,
    .config_generation = mmio_config_generation,
    .notify = mmio_notify,
    .acknowledge = mmio_acknowledge,
};

void virtio_mmio_scan(void)
{
    unsigned found = 0;
    for (unsigned i = 0; i < WINDOWS && found < VIRTIO_DEVICES_MAX; i++) {
        struct virtio_mmio_device *mmio = &devices[found];
        struct virtio_device *device = &mmio->device;
        mmio->base = WINDOW_FIRST + i * WINDOW_DISTANCE;
        if (*at(device, MMIO_MAGIC_VALUE) != MAGIC)
            continue;
        uint32_t version = *at(device, MMIO_VERSION);
        device->id = *at(device, MMIO_DEVICE_ID);
        device->legacy = version == VERSION_LEGACY;
        if (device->id == VIRTIO_ID_NONE || version > VERSION_MODERN)
            continue;
        device->transport = &mmio_transport;
        virtio_register(device);
        found++;
    }
}
