/* The firmware's memory map, and how a PVH loader tells it (UEFI 2.10, 7.2.3). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MEMORY_MAP_H
#define THRICE_MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <efi.h>

#include "pvh.h"

struct memory_map {
    char *descriptors; /* `bytes` of them, each of descriptor_bytes */
    UINTN capacity_bytes, bytes, descriptor_bytes;
    UINTN key; /* names this state of the map to ExitBootServices() */
};

/* Allocates room for the map as it is now, and for what further allocations add to it. */
EFI_STATUS memory_map_allocate(struct memory_map *map);

/* Reads the map anew; allocates nothing, so that the key stays good. */
EFI_STATUS memory_map_read(struct memory_map *map);

/* Writes the map as it will be once boot services are gone, neighbours of one type joined. Returns
 * the number of entries, 0 when they are more than `room`.
 */
uint32_t memory_map_convert(const struct memory_map *map, struct hvm_memmap_entry *to,
                            uint32_t room);

/* Is every byte from start to end RAM in a converted map? */
bool memory_map_is_ram(const struct hvm_memmap_entry *entries, uint32_t count, uint64_t start,
                       uint64_t end);

#endif
