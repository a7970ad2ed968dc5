/* Page tables: one-to-one, W^X, page 0 and the stack's guard unmapped; see memory.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include "panic.h"
#include "pvh.h"

#define PTE_PRESENT       (1ul << 0)
#define PTE_WRITE         (1ul << 1)
#define PTE_WRITE_THROUGH (1ul << 3)
#define PTE_CACHE_DISABLE (1ul << 4)
#define PTE_LARGE         (1ul << 7)
#define PTE_NX            (1ul << 63)
#define PTE_ADDRESS       0x000ffffffffff000ul

#define LARGE_PAGE     (2ul << 20)
#define BOOT_MAP_END   (4ul << 30) /* what boot.S mapped */
#define MAP_END        (1ul << 47) /* the lower half of the address space */
#define LOW_MEMORY_END (1ul << 20)

extern const char image_start[], image_rodata[], image_data[], image_stack_guard[], image_end[];
extern uint64_t page_table_root[]; /* boot.S */

static uint64_t total_bytes;

static uint64_t *table_new(void)
{
    uint64_t *table = page_alloc(1);
    if (!table)
        panic("memory: no page for a page table; give the machine more memory");
    return table;
}

/* The table that an entry points to; makes an empty one where there is none. */
static uint64_t *table_of(uint64_t *entry)
{
    if (!(*entry & PTE_PRESENT)) {
        uint64_t *table = table_new();
        for (unsigned i = 0; i < 512; i++)
            table[i] = 0;
        *entry = (uint64_t)table | PTE_PRESENT | PTE_WRITE;
    }
    return (uint64_t *)(*entry & PTE_ADDRESS);
}

/* The directory entry of an address below MAP_END. */
static uint64_t *directory_entry(uint64_t address)
{
    uint64_t *pointers = table_of(&page_table_root[address >> 39 & 511]);
    uint64_t *directory = table_of(&pointers[address >> 30 & 511]);
    return &directory[address >> 21 & 511];
}

static void map_large(uint64_t start, uint64_t end, uint64_t flags)
{
    for (uint64_t at = start & -LARGE_PAGE; at < end; at += LARGE_PAGE) {
        uint64_t *entry = directory_entry(at);
        if (!(*entry & PTE_PRESENT) || *entry & PTE_LARGE)
            *entry = at | flags | PTE_PRESENT | PTE_LARGE;
    }
}

/* Sets the flags of 4 KiB pages, splitting the large pages they lie in; 0 unmaps. */
static void map_small(uint64_t start, uint64_t end, uint64_t flags)
{
    for (uint64_t at = start; at < end; at += PAGE_SIZE) {
        uint64_t *entry = directory_entry(at);
        if (*entry & PTE_LARGE) {
            uint64_t *table = table_new();
            uint64_t old = *entry & ~PTE_LARGE;
            for (unsigned i = 0; i < 512; i++)
                table[i] = old + i * PAGE_SIZE;
            *entry = (uint64_t)table | PTE_PRESENT | PTE_WRITE;
        }
        table_of(entry)[at >> 12 & 511] = flags ? at | flags : 0;
    }
}

void memory_flush_tlb(void)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(page_table_root) : "memory");
}

/* Page by page what boot.S made one large page, from which all could be executed: beside the text
 * nothing can, from here on.
 */
static void map_image(void)
{
    uint64_t start = (uint64_t)image_start, end = (uint64_t)image_end;
    uint64_t rodata = (uint64_t)image_rodata, data = (uint64_t)image_data;
    uint64_t guard = (uint64_t)image_stack_guard;
    map_small(0, start, PTE_PRESENT | PTE_WRITE | PTE_NX);
    map_small(start, rodata, PTE_PRESENT);
    map_small(rodata, data, PTE_PRESENT | PTE_NX);
    map_small(data, end, PTE_PRESENT | PTE_WRITE | PTE_NX);
    map_small(end, LARGE_PAGE, PTE_PRESENT | PTE_WRITE | PTE_NX);
    map_small(guard, guard + PAGE_SIZE, 0);
}

void memory_map_device(uint64_t base, size_t length)
{
    if (base + length <= BOOT_MAP_END)
        return;
    if (base + length > MAP_END)
        panic("memory: device registers at %p lie above 128 TiB", (void *)base);
    map_large(base, base + length, PTE_WRITE | PTE_NX | PTE_CACHE_DISABLE | PTE_WRITE_THROUGH);
    memory_flush_tlb();
}

/* Gives the RAM between two limits to the allocator: whole pages, not the image's. */
static void free_ram(const struct hvm_start_info *info, uint64_t from, uint64_t to)
{
    const struct hvm_memmap_entry *map = (const void *)info->memmap_paddr;
    for (uint32_t i = 0; i < info->memmap_entries; i++) {
        if (map[i].type != HVM_MEMMAP_RAM)
            continue;
        uint64_t start = map[i].addr > from ? map[i].addr : from;
        uint64_t end = map[i].addr + map[i].size < to ? map[i].addr + map[i].size : to;
        start = (start + PAGE_SIZE - 1) & -PAGE_SIZE;
        end &= -PAGE_SIZE;
        if (start >= end)
            continue;
        if (start >= BOOT_MAP_END)
            map_large(start, end, PTE_WRITE | PTE_NX);
        page_free((void *)start, (end - start) / PAGE_SIZE);
    }
}

static void count_ram(const struct hvm_start_info *info)
{
    const struct hvm_memmap_entry *map = (const void *)info->memmap_paddr;
    for (uint32_t i = 0; i < info->memmap_entries; i++)
        if (map[i].type == HVM_MEMMAP_RAM)
            total_bytes += map[i].size;
}

void memory_init(const struct hvm_start_info *info)
{
    if (info->magic != HVM_START_MAGIC || info->version < 1 || !info->memmap_paddr)
        panic("memory: the loader gave no PVH memory map (start info version 1 is needed)");
    count_ram(info);
    free_ram(info, (uint64_t)image_end, BOOT_MAP_END);
    map_image();
    memory_flush_tlb();
    free_ram(info, BOOT_MAP_END, MAP_END);
    map_small(0, PAGE_SIZE, 0); // last: SeaBIOS puts the memory map itself there
    memory_flush_tlb();
}

uint64_t memory_total_bytes(void)
{
    return total_bytes;
}
