/* PCI: configuration space, the scan, BARs, MSI-X.
 *
 * Configuration mechanism #1 (ports 0xcf8 and 0xcfc), which q35 and pc both have. Firmware
 * normally has placed every BAR; one that it has left out is placed here.
 *
 * PCI Local Bus Specification 3.0: 3.2.2.3 (mechanism), 6.1 and 6.2 (header, BARs), 6.7 and 6.8
 * (capabilities, MSI-X).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PCI_H
#define THRICE_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_VENDOR_ID    0x00
#define PCI_DEVICE_ID    0x02
#define PCI_SUBSYSTEM_ID 0x2e

#define PCI_CAPABILITY_VENDOR 0x09
#define PCI_CAPABILITY_MSIX   0x11

/* A function is named by the number that port 0xcf8 takes for it:
 * bus << 16 | device << 11 | function << 8. Offsets are in bytes, naturally aligned.
 */
uint8_t pci_read8(uint32_t function, unsigned offset);
uint16_t pci_read16(uint32_t function, unsigned offset);
uint32_t pci_read32(uint32_t function, unsigned offset);
void pci_write32(uint32_t function, unsigned offset, uint32_t value);

/* Calls visit() for every function on bus 0 and behind the bridges that firmware has numbered.
 * false when the machine is no PC, which has configuration ports: it may have devices beside PCI.
 */
bool pci_scan(void (*visit)(uint32_t function));

/* Where a BAR (0 to 5) is: the address of its registers, mapped, or its first port. NULL or 0
 * when the function has no such BAR of that kind.
 */
void *pci_bar_memory(uint32_t function, unsigned bar);
uint16_t pci_bar_port(uint32_t function, unsigned bar);

/* Lets the function answer at its BARs and reach memory. After the BARs have been asked for. */
void pci_enable(uint32_t function);

/* The offset of the next capability with this id behind `previous` (0 to begin), or 0. */
unsigned pci_capability(uint32_t function, uint8_t id, unsigned previous);

/* Switches MSI-X on, with entry 0 raising the device vector of interrupt.h. false when the
 * function has no MSI-X; it then has its INTx pin.
 */
bool pci_msix_enable(uint32_t function);

#endif
