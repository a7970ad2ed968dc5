/* virtio over PCI (Virtio 1.2, 4.1): finds the devices and chooses the interface.
 *
 * A transitional device has both; we take the modern one where it is. Interrupts: one MSI-X
 * vector for everything, or the INTx pin where the device has none.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio_pci.h"

#include "console.h"
#include "pci.h"

#define VENDOR_VIRTIO       0x1af4
#define DEVICE_TRANSITIONAL 0x1000 /* to 0x103f: the kind is the subsystem's id */
#define DEVICE_MODERN       0x1040 /* to 0x107f: the kind is the difference */
#define DEVICE_END          0x1080

static struct virtio_pci_device devices[VIRTIO_DEVICES_MAX];
static unsigned device_count;

static void found(uint32_t function)
{
    uint16_t id = pci_read16(function, PCI_DEVICE_ID);
    if (pci_read16(function, PCI_VENDOR_ID) != VENDOR_VIRTIO || id < DEVICE_TRANSITIONAL ||
        id >= DEVICE_END || device_count == VIRTIO_DEVICES_MAX)
        return;
    struct virtio_pci_device *pci = &devices[device_count];
    pci->device.id =
        id < DEVICE_MODERN ? pci_read16(function, PCI_SUBSYSTEM_ID) : id - DEVICE_MODERN;
    pci->function = function;
    if (!virtio_pci_modern_probe(pci) && !virtio_pci_legacy_probe(pci)) {
        console_printf("virtio-pci: device %d has neither interface, left alone\n", pci->device.id);
        return;
    }
    pci->msix = pci_msix_enable(function);
    pci_enable(function);
    device_count++;
    virtio_register(&pci->device);
}

bool virtio_pci_scan(void)
{
    return pci_scan(found);
}
