/* The two register interfaces of a virtio PCI device; private to virtio_pci*.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VIRTIO_PCI_H
#define THRICE_VIRTIO_PCI_H

#include "virtio.h"

#define VIRTIO_MSI_VECTOR    0 /* our only MSI-X entry */
#define VIRTIO_MSI_NO_VECTOR 0xffff

struct virtio_pci_device {
    struct virtio_device device; /* first: the transport casts back */
    uint32_t function;           /* as pci.h names it */
    bool msix;

    uint16_t port; /* legacy: the registers' first I/O port */

    volatile uint8_t *common; /* modern: the structures that the capabilities point to */
    volatile uint8_t *config;
    volatile uint8_t *isr;
    volatile uint8_t *notify_base;
    uint32_t notify_multiplier;
    volatile uint16_t *notify[VIRTIO_QUEUES_MAX];
};

static inline struct virtio_pci_device *virtio_pci_of(struct virtio_device *device)
{
    return (struct virtio_pci_device *)device;
}

/* Fill in the transport and where its registers are; false when the device has no such interface.
 */
bool virtio_pci_modern_probe(struct virtio_pci_device *pci);
bool virtio_pci_legacy_probe(struct virtio_pci_device *pci);

#endif
