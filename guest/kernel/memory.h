/* Physical memory: the map found at boot, its page tables, and the page allocator.
 *
 * Guest-physical memory is mapped one to one (virtual address == physical address), so a
 * pointer may be given to a device as it is. Text is read-only and executable; everything
 * else is not executable; page 0 is unmapped.
 *
 *   0            unmapped (null dereferences fault)
 *   4 KiB        low memory: start info and command line as the loader left them
 *   1 MiB        the image: text (RX), read-only data (R), data and bss (RW), boot stack
 *   end of image the page allocator's, up to the end of RAM (a hole below 4 GiB for devices)
 *   RAM..4 GiB   device registers: virtio-mmio, PCI, IOAPIC, local APIC
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MEMORY_H
#define THRICE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE 4096ul

struct hvm_start_info;

/* Reads the memory map, builds the final page tables, gives the free RAM to the allocator. */
void memory_init(const struct hvm_start_info *start_info);

/* Maps device registers that lie above 4 GiB (uncached); below that everything is mapped. */
void memory_map_device(uint64_t base, size_t length);

/* Forgets which addresses this processor has translated. Only memory.c changes any: others call it
 * for the sake of the machine (malloc.c).
 */
void memory_flush_tlb(void);

/* RAM of the machine as the memory map tells, and what of it is free now. */
uint64_t memory_total_bytes(void);
uint64_t memory_free_bytes(void);

/* Allocates physically contiguous pages; first fit, any size. The contents are undefined.
 * Returns NULL when no run is long enough. page_free() takes any part of what was allocated.
 */
void *page_alloc(size_t pages);
void page_free(void *address, size_t pages);

#endif
