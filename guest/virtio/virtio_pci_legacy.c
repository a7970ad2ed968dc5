/* The legacy register interface of virtio over PCI: I/O ports in BAR 0 (Virtio 1.2, 4.1.4.10). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "pci.h"
#include "port.h"
#include "virtio_pci.h"

#define LEGACY_DEVICE_FEATURES 0
#define LEGACY_DRIVER_FEATURES 4
#define LEGACY_QUEUE_PFN       8
#define LEGACY_QUEUE_SIZE      12
#define LEGACY_QUEUE_SELECT    14
#define LEGACY_QUEUE_NOTIFY    16
#define LEGACY_STATUS          18
#define LEGACY_ISR             19
#define LEGACY_CONFIG_VECTOR   20 /* this and the next only while MSI-X is on */
#define LEGACY_QUEUE_VECTOR    22
#define LEGACY_CONFIG          20
#define LEGACY_CONFIG_MSIX     24

static uint16_t port_of(struct virtio_device *device, unsigned offset)
{
    return (uint16_t)(virtio_pci_of(device)->port + offset);
}

static uint8_t legacy_status(struct virtio_device *device)
{
    return port_read8(port_of(device, LEGACY_STATUS));
}

static void legacy_set_status(struct virtio_device *device, uint8_t status)
{
    port_write8(port_of(device, LEGACY_STATUS), status);
}

static uint64_t legacy_features(struct virtio_device *device)
{
    return port_read32(port_of(device, LEGACY_DEVICE_FEATURES));
}

static void legacy_set_features(struct virtio_device *device, uint64_t features)
{
    port_write32(port_of(device, LEGACY_DRIVER_FEATURES), (uint32_t)features);
}

static uint16_t legacy_queue_size_max(struct virtio_device *device, unsigned index)
{
    port_write16(port_of(device, LEGACY_QUEUE_SELECT), (uint16_t)index);
    return port_read16(port_of(device, LEGACY_QUEUE_SIZE));
}

static bool legacy_queue_enable(struct virtio_device *device, unsigned index,
                                const struct virtqueue *queue)
{
    uint64_t frame = (uintptr_t)queue->desc / VIRTQUEUE_ALIGN;
    if (frame > UINT32_MAX)
        return false;
    port_write16(port_of(device, LEGACY_QUEUE_SELECT), (uint16_t)index);
    if (virtio_pci_of(device)->msix) {
        port_write16(port_of(device, LEGACY_CONFIG_VECTOR), VIRTIO_MSI_NO_VECTOR);
        port_write16(port_of(device, LEGACY_QUEUE_VECTOR), VIRTIO_MSI_VECTOR);
        if (port_read16(port_of(device, LEGACY_QUEUE_VECTOR)) != VIRTIO_MSI_VECTOR)
            return false;
    }
    port_write32(port_of(device, LEGACY_QUEUE_PFN), (uint32_t)frame);
    return true;
}

static uint8_t legacy_config_read8(struct virtio_device *device, unsigned offset)
{
    return port_read8(port_of(
        device, (virtio_pci_of(device)->msix ? LEGACY_CONFIG_MSIX : LEGACY_CONFIG) + offset));
}

static void legacy_notify(struct virtio_device *device, unsigned index)
{
    port_write16(port_of(device, LEGACY_QUEUE_NOTIFY), (uint16_t)index);
}

static void legacy_acknowledge(struct virtio_device *device)
{
    if (!virtio_pci_of(device)->msix)
        port_read8(port_of(device, LEGACY_ISR)); /* reading clears */
}

static const struct virtio_transport legacy_transport = {
    .name = "virtio-pci",
    .status = legacy_status,
    .set_status = legacy_set_status,
    .features = legacy_features,
    .set_features = legacy_set_features,
    .queue_size_max = legacy_queue_size_max,
    .queue_enable = legacy_queue_enable,
    .config_read8 = legacy_config_read8,
    .notify = legacy_notify,
    .acknowledge = legacy_acknowledge,
    .queue_size_fixed = true,
};

bool virtio_pci_legacy_probe(struct virtio_pci_device *pci)
{
    pci->port = pci_bar_port(pci->function, 0);
    if (pci->port == 0)
        return false;
    pci->device.legacy = true;
    pci->device.transport = &legacy_transport;
    return true;
}
