/* The modern register interface of virtio over PCI: structures in memory BARs that vendor
 * capabilities point to (Virtio 1.2, 4.1.4).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "pci.h"
#include "virtio_pci.h"

#include <stddef.h>

/* struct virtio_pci_cap */
#define CAP_TYPE              3
#define CAP_BAR               4
#define CAP_OFFSET            8
#define CAP_NOTIFY_MULTIPLIER 16

#define CAP_TYPE_COMMON 1
#define CAP_TYPE_NOTIFY 2
#define CAP_TYPE_ISR    3
#define CAP_TYPE_DEVICE 4

/* struct virtio_pci_common_cfg */
#define COMMON_DEVICE_FEATURE_SELECT 0x00
#define COMMON_DEVICE_FEATURE        0x04
#define COMMON_DRIVER_FEATURE_SELECT 0x08
#define COMMON_DRIVER_FEATURE        0x0c
#define COMMON_CONFIG_MSIX_VECTOR    0x10
#define COMMON_NUM_QUEUES            0x12
#define COMMON_DEVICE_STATUS         0x14
#define COMMON_CONFIG_GENERATION     0x15
#define COMMON_QUEUE_SELECT          0x16
#define COMMON_QUEUE_SIZE            0x18
#define COMMON_QUEUE_MSIX_VECTOR     0x1a
#define COMMON_QUEUE_ENABLE          0x1c
#define COMMON_QUEUE_NOTIFY_OFF      0x1e
#define COMMON_QUEUE_DESC            0x20
#define COMMON_QUEUE_DRIVER          0x28
#define COMMON_QUEUE_DEVICE          0x30

static volatile uint8_t *common8(struct virtio_device *device, unsigned offset)
{
    return virtio_pci_of(device)->common + offset;
}

static volatile uint16_t *common16(struct virtio_device *device, unsigned offset)
{
    return (volatile uint16_t *)common8(device, offset);
}

static volatile uint32_t *common32(struct virtio_device *device, unsigned offset)
{
    return (volatile uint32_t *)common8(device, offset);
}

static uint8_t modern_status(struct virtio_device *device)
{
    return *common8(device, COMMON_DEVICE_STATUS);
}

static void modern_set_status(struct virtio_device *device, uint8_t status)
{
    *common8(device, COMMON_DEVICE_STATUS) = status;
}

static uint64_t modern_features(struct virtio_device *device)
{
    uint64_t features = 0;
    for (uint32_t half = 0; half < 2; half++) {
        *common32(device, COMMON_DEVICE_FEATURE_SELECT) = half;
        features |= (uint64_t)*common32(device, COMMON_DEVICE_FEATURE) << (32 * half);
    }
    return features;
}

static void modern_set_features(struct virtio_device *device, uint64_t features)
{
    for (uint32_t half = 0; half < 2; half++) {
        *common32(device, COMMON_DRIVER_FEATURE_SELECT) = half;
        *common32(device, COMMON_DRIVER_FEATURE) = (uint32_t)(features >> (32 * half));
    }
}

static uint16_t modern_queue_size_max(struct virtio_device *device, unsigned index)
{
    if (index >= *common16(device, COMMON_NUM_QUEUES))
        return 0;
    *common16(device, COMMON_QUEUE_SELECT) = (uint16_t)index;
    return *common16(device, COMMON_QUEUE_SIZE);
}

static void write64(struct virtio_device *device, unsigned offset, const void *address)
{
    *common32(device, offset) = (uint32_t)(uintptr_t)address;
    *common32(device, offset + 4) = (uint32_t)((uintptr_t)address >> 32);
}

static bool modern_queue_enable(struct virtio_device *device, unsigned index,
                                const struct virtqueue *queue)
{
    struct virtio_pci_device *pci = virtio_pci_of(device);
    if (index >= VIRTIO_QUEUES_MAX)
        return false;
    *common16(device, COMMON_QUEUE_SELECT) = (uint16_t)index;
    *common16(device, COMMON_QUEUE_SIZE) = queue->size;
    if (pci->msix) {
        *common16(device, COMMON_CONFIG_MSIX_VECTOR) = VIRTIO_MSI_NO_VECTOR;
        *common16(device, COMMON_QUEUE_MSIX_VECTOR) = VIRTIO_MSI_VECTOR;
        if (*common16(device, COMMON_QUEUE_MSIX_VECTOR) != VIRTIO_MSI_VECTOR)
            return false;
    }
    write64(device, COMMON_QUEUE_DESC, queue->desc);
    write64(device, COMMON_QUEUE_DRIVER, queue->avail);
    write64(device, COMMON_QUEUE_DEVICE, queue->used);
    uint32_t offset = *common16(device, COMMON_QUEUE_NOTIFY_OFF) * pci->notify_multiplier;
    pci->notify[index] = (volatile uint16_t *)(pci->notify_base + offset);
    *common16(device, COMMON_QUEUE_ENABLE) = 1;
    return true;
}

static uint8_t modern_config_read8(struct virtio_device *device, unsigned offset)
{
    return virtio_pci_of(device)->config[offset];
}

static uint32_t modern_config_generation(struct virtio_device *device)
{
    return *common8(device, COMMON_CONFIG_GENERATION);
}

static void modern_notify(struct virtio_device *device, unsigned index)
{
    *virtio_pci_of(device)->notify[index] = (uint16_t)index;
}

static void modern_acknowledge(struct virtio_device *device)
{
    if (!virtio_pci_of(device)->msix)
        (void)*virtio_pci_of(device)->isr; /* reading clears */
}

static const struct virtio_transport modern_transport = {
    .name = "virtio-pci",
    .status = modern_status,
    .set_status = modern_set_status,
    .features = modern_features,
    .set_features = modern_set_features,
    .queue_size_max = modern_queue_size_max,
    .queue_enable = modern_queue_enable,
    .config_read8 = modern_config_read8,
    .config_generation = modern_config_generation,
    .notify = modern_notify,
    .acknowledge = modern_acknowledge,
};

/* The structure that a capability points to, or NULL. */
static volatile uint8_t *structure(uint32_t function, unsigned capability)
{
    char *base = pci_bar_memory(function, pci_read8(function, capability + CAP_BAR));
    if (base == NULL)
        return NULL;
    return (volatile uint8_t *)base + pci_read32(function, capability + CAP_OFFSET);
}

bool virtio_pci_modern_probe(struct virtio_pci_device *pci)
{
    volatile uint8_t **const wanted[] = {
        [CAP_TYPE_COMMON] = &pci->common,
        [CAP_TYPE_NOTIFY] = &pci->notify_base,
        [CAP_TYPE_ISR] = &pci->isr,
        [CAP_TYPE_DEVICE] = &pci->config,
    };
    uint32_t function = pci->function;
    unsigned capability = 0;
    while ((capability = pci_capability(function, PCI_CAPABILITY_VENDOR, capability)) != 0) {
        uint8_t type = pci_read8(function, capability + CAP_TYPE);
        if (type < CAP_TYPE_COMMON || type > CAP_TYPE_DEVICE)
            continue;
        *wanted[type] = structure(function, capability);
        if (type == CAP_TYPE_NOTIFY)
            pci->notify_multiplier = pci_read32(function, capability + CAP_NOTIFY_MULTIPLIER);
    }
    if (pci->common == NULL || pci->notify_base == NULL || pci->isr == NULL)
        return false;
    pci->device.legacy = false;
    pci->device.transport = &modern_transport;
    return true;
}
