/* PCI: configuration space, the scan, BARs, MSI-X; see pci.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "pci.h"

#include <stddef.h>

#include "interrupt.h"
#include "memory.h"
#include "port.h"

#define PORT_CONFIG_ADDRESS 0xcf8
#define PORT_CONFIG_DATA    0xcfc
#define CONFIG_ENABLE       0x80000000u

#define COMMAND       0x04
#define HEADER_TYPE   0x0e
#define BAR_FIRST     0x10
#define BUS_SECONDARY 0x19 /* of a bridge */
#define CAPABILITIES  0x34

#define COMMAND_IO            0x0001
#define COMMAND_MEMORY        0x0002
#define COMMAND_MASTER        0x0004
#define COMMAND_INTX_DISABLE  0x0400u
#define HEADER_BRIDGE         0x01
#define HEADER_MULTIFUNCTION  0x80
#define HEADER_NONE           0xff /* where there is no function all bits are set */
#define CAPABILITY_LOOP_GUARD 48   /* as many as fit */
#define VENDOR_NONE           0xffff
#define BARS                  6
#define BAR_IO                0x1u
#define BAR_64BIT             0x4u
#define BAR_IO_FLAGS          0x3u
#define BAR_MEMORY_FLAGS      0xfu
#define MSIX_TABLE            4
#define MSIX_ENABLE           0x80000000u /* of the capability's first word */
#define MSIX_MASK_ALL         0x40000000u
#define MSIX_TABLE_BAR        0x7u
#define DEVICES_PER_BUS       32
#define FUNCTIONS_PER_DEVICE  8
#define FUNCTION(bus, device, number)                                                              \
    ((uint32_t)(bus) << 16 | (uint32_t)(device) << 11 | (uint32_t)(number) << 8)

/* Where BARs go that firmware has not placed: inside the window that q35 and pc decode for PCI
 * below the IOAPIC, above what SeaBIOS uses; and ports that neither machine's devices have.
 */
static uint32_t next_memory = 0xfd000000u;
static uint32_t next_port = 0xd000;

/* QEMU's microvm,pcie=on has no such ports: its configuration space lies in memory, where only AML
 * would tell, and the window for BARs in front of it (QEMU, hw/i386/microvm.c). Its host bridge
 * shows whether it is there.
 */
#define MICROVM_SPACE       0xe0000000ul
#define MICROVM_HOST_BRIDGE 0x00081b36u
#define MICROVM_BARS        0xc0000000u

static volatile char *space; /* NULL: by ports */

static bool microvm_find(void)
{
    space = (volatile char *)MICROVM_SPACE;
    next_memory = MICROVM_BARS;
    return pci_read32(FUNCTION(0, 0, 0), PCI_VENDOR_ID) == MICROVM_HOST_BRIDGE;
}

/* Each function has 4 KiB there. */
static volatile uint32_t *in_memory(uint32_t function, unsigned offset)
{
    return (volatile uint32_t *)(space + ((uint64_t)function << 4) + (offset & ~3u));
}

static void select(uint32_t function, unsigned offset)
{
    port_write32(PORT_CONFIG_ADDRESS, CONFIG_ENABLE | function | (offset & ~3u));
}

uint32_t pci_read32(uint32_t function, unsigned offset)
{
    if (space)
        return *in_memory(function, offset);
    select(function, offset);
    return port_read32(PORT_CONFIG_DATA);
}

uint16_t pci_read16(uint32_t function, unsigned offset)
{
    return (uint16_t)(pci_read32(function, offset) >> (offset & 2) * 8);
}

uint8_t pci_read8(uint32_t function, unsigned offset)
{
    return (uint8_t)(pci_read32(function, offset) >> (offset & 3) * 8);
}

void pci_write32(uint32_t function, unsigned offset, uint32_t value)
{
    if (space) {
        *in_memory(function, offset) = value;
        return;
    }
    select(function, offset);
    port_write32(PORT_CONFIG_DATA, value);
}

/* ---- the scan --------------------------------------------------------------------------- */

static void scan_bus(unsigned bus, void (*visit)(uint32_t function));

static void scan_function(uint32_t function, void (*visit)(uint32_t function))
{
    if (pci_read16(function, PCI_VENDOR_ID) == VENDOR_NONE)
        return;
    if ((pci_read8(function, HEADER_TYPE) & ~HEADER_MULTIFUNCTION) != HEADER_BRIDGE) {
        visit(function);
        return;
    }
    unsigned secondary = pci_read8(function, BUS_SECONDARY);
    if (secondary > function >> 16) /* numbered by firmware, and no loop */
        scan_bus(secondary, visit);
}

static void scan_bus(unsigned bus, void (*visit)(uint32_t function))
{
    for (unsigned device = 0; device < DEVICES_PER_BUS; device++) {
        uint32_t first = FUNCTION(bus, device, 0);
        uint8_t header = pci_read8(first, HEADER_TYPE);
        if (header == HEADER_NONE)
            continue;
        unsigned functions = header & HEADER_MULTIFUNCTION ? FUNCTIONS_PER_DEVICE : 1;
        for (unsigned number = 0; number < functions; number++)
            scan_function(FUNCTION(bus, device, number), visit);
    }
}

bool pci_scan(void (*visit)(uint32_t function))
{
    port_write32(PORT_CONFIG_ADDRESS, CONFIG_ENABLE);
    bool has_ports = port_read32(PORT_CONFIG_ADDRESS) == CONFIG_ENABLE &&
                     pci_read16(FUNCTION(0, 0, 0), PCI_VENDOR_ID) != VENDOR_NONE;
    if (has_ports || microvm_find())
        scan_bus(0, visit);
    return has_ports;
}

/* ---- BARs ------------------------------------------------------------------------------- */

/* The size of a BAR is what of its address can be changed (6.2.5.1). */
static uint32_t bar_size(uint32_t function, unsigned offset, uint32_t flags)
{
    uint32_t old = pci_read32(function, offset);
    pci_write32(function, offset, UINT32_MAX);
    uint32_t mask = pci_read32(function, offset) & ~flags;
    pci_write32(function, offset, old);
    if (flags == BAR_IO_FLAGS)
        mask |= 0xffff0000u; /* its upper half may be fixed to 0 */
    return -mask;
}

/* Takes the next piece of `bytes` bytes, aligned to its size. */
static uint32_t bump(uint32_t *next, uint32_t bytes)
{
    uint32_t place = (*next + bytes - 1) & -bytes;
    *next = place + bytes;
    return place;
}

void *pci_bar_memory(uint32_t function, unsigned bar)
{
    unsigned offset = BAR_FIRST + 4 * bar;
    uint32_t low = bar < BARS ? pci_read32(function, offset) : BAR_IO;
    if ((low & BAR_IO) != 0)
        return NULL;
    uint64_t address = low & ~BAR_MEMORY_FLAGS;
    if ((low & BAR_64BIT) != 0)
        address |= (uint64_t)pci_read32(function, offset + 4) << 32;
    if (address != 0 && address <= UINT32_MAX)
        return (void *)address;

    uint32_t bytes = bar_size(function, offset, BAR_MEMORY_FLAGS);
    if (bytes == 0)
        return NULL;
    if (address == 0) {
        address = bump(&next_memory, bytes);
        pci_write32(function, offset, (uint32_t)address);
    } else {
        memory_map_device(address, bytes);
    }
    return (void *)address;
}

uint16_t pci_bar_port(uint32_t function, unsigned bar)
{
    unsigned offset = BAR_FIRST + 4 * bar;
    uint32_t value = pci_read32(function, offset);
    if ((value & BAR_IO) == 0)
        return 0;
    uint32_t port = value & ~BAR_IO_FLAGS;
    if (port == 0) {
        port = bump(&next_port, bar_size(function, offset, BAR_IO_FLAGS));
        pci_write32(function, offset, port);
    }
    return (uint16_t)port;
}

/* The other half of the word is the status register, of which writing 0 changes nothing. */
void pci_enable(uint32_t function)
{
    uint32_t command = pci_read16(function, COMMAND) & ~COMMAND_INTX_DISABLE;
    command |= COMMAND_IO | COMMAND_MEMORY | COMMAND_MASTER;
    pci_write32(function, COMMAND, command);
}

/* ---- capabilities, MSI-X ------------------------------------------------------------------ */

unsigned pci_capability(uint32_t function, uint8_t id, unsigned previous)
{
    unsigned offset = pci_read8(function, previous == 0 ? CAPABILITIES : previous + 1) & ~3u;
    for (int i = 0; offset != 0 && i < CAPABILITY_LOOP_GUARD; i++) {
        if (pci_read8(function, offset) == id)
            return offset;
        offset = pci_read8(function, offset + 1) & ~3u;
    }
    return 0;
}

bool pci_msix_enable(uint32_t function)
{
    unsigned capability = pci_capability(function, PCI_CAPABILITY_MSIX, 0);
    if (capability == 0)
        return false;
    uint32_t table = pci_read32(function, capability + MSIX_TABLE);
    char *base = pci_bar_memory(function, table & MSIX_TABLE_BAR);
    if (base == NULL)
        return false;
    pci_enable(function); /* the table must answer before it is written */
    uint32_t control = pci_read32(function, capability);
    pci_write32(function, capability, (control | MSIX_ENABLE) & ~MSIX_MASK_ALL);

    volatile uint32_t *entry = (volatile uint32_t *)(base + (table & ~MSIX_TABLE_BAR));
    entry[0] = INTERRUPT_MSI_ADDRESS;
    entry[1] = 0;
    entry[2] = INTERRUPT_MSI_DATA;
    entry[3] = 0; /* unmasked */
    return true;
}
