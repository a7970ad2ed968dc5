/* The firmware's memory map; see memory_map.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory_map.h"

#include <efilib.h>

#define SPARE_DESCRIPTORS 32

EFI_STATUS memory_map_read(struct memory_map *map)
{
    UINT32 version;
    map->bytes = map->capacity_bytes;
    return BS->GetMemoryMap(&map->bytes, (EFI_MEMORY_DESCRIPTOR *)map->descriptors, &map->key,
                            &map->descriptor_bytes, &version);
}

EFI_STATUS memory_map_allocate(struct memory_map *map)
{
    *map = (struct memory_map){0};
    EFI_STATUS status = memory_map_read(map); // no room: it tells how much is needed
    if (status != EFI_BUFFER_TOO_SMALL)
        return status;
    map->capacity_bytes = map->bytes + SPARE_DESCRIPTORS * map->descriptor_bytes;
    map->descriptors = AllocatePool(map->capacity_bytes);
    return map->descriptors ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

/* Runtime services are kept although we call none: system management code may use their memory. */
static uint32_t type_after_boot(UINT32 type)
{
    switch (type) {
    case EfiLoaderCode:
    case EfiLoaderData:
    case EfiBootServicesCode:
    case EfiBootServicesData:
    case EfiConventionalMemory:
        return HVM_MEMMAP_RAM;
    case EfiACPIReclaimMemory:
        return HVM_MEMMAP_ACPI;
    case EfiACPIMemoryNVS:
        return HVM_MEMMAP_NVS;
    default:
        return HVM_MEMMAP_RESERVED;
    }
}

uint32_t memory_map_convert(const struct memory_map *map, struct hvm_memmap_entry *to,
                            uint32_t room)
{
    uint32_t count = 0;
    for (UINTN at = 0; at < map->bytes; at += map->descriptor_bytes) {
        const EFI_MEMORY_DESCRIPTOR *from = (const void *)(map->descriptors + at);
        struct hvm_memmap_entry *last = count ? &to[count - 1] : NULL;
        uint32_t type = type_after_boot(from->Type);
        uint64_t size = from->NumberOfPages << EFI_PAGE_SHIFT;
        if (last && last->type == type && last->addr + last->size == from->PhysicalStart) {
            last->size += size;
            continue;
        }
        if (count == room)
            return 0;
        to[count++] =
            (struct hvm_memmap_entry){.addr = from->PhysicalStart, .size = size, .type = type};
    }
    return count;
}

bool memory_map_is_ram(const struct hvm_memmap_entry *entries, uint32_t count, uint64_t start,
                       uint64_t end)
{
    uint64_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t from = entries[i].addr > start ? entries[i].addr : start;
        uint64_t to = entries[i].addr + entries[i].size;
        if (to > end)
            to = end;
        if (entries[i].type == HVM_MEMMAP_RAM && from < to)
            found += to - from;
    }
    return found == end - start;
}
