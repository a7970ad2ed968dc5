/* What a PVH loader hands over: struct hvm_start_info and its memory map.
 *
 * Xen, docs/misc/pvh.pandoc and public/arch-x86/hvm/start_info.h, version 1.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PVH_H
#define THRICE_PVH_H

#include <stdint.h>

#define HVM_START_MAGIC 0x336ec578u

struct hvm_start_info {
    uint32_t magic;
    uint32_t version;
    uint32_t flags;
    uint32_t nr_modules;
    uint64_t modlist_paddr;
    uint64_t cmdline_paddr;
    uint64_t rsdp_paddr;
    /* from version 1 on */
    uint64_t memmap_paddr;
    uint32_t memmap_entries;
    uint32_t reserved;
};

/* As the loader gave it: main.c keeps it for who needs it late. */
extern const struct hvm_start_info *pvh_start_info;

#define HVM_MEMMAP_RAM      1
#define HVM_MEMMAP_RESERVED 2
#define HVM_MEMMAP_ACPI     3
#define HVM_MEMMAP_NVS      4

struct hvm_memmap_entry {
    uint64_t addr;
    uint64_t size;
    uint32_t type;
    uint32_t reserved;
};

#endif
