/* Boots the unikernel from UEFI: does what QEMU does for -kernel, and enters it the same way.
 *
 * The kernel does not notice the difference: it finds a PVH start info with memory map, command
 * line and ACPI tables, in 32-bit mode. The firmware's services are gone by then.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include <efi.h>
#include <efilib.h>

#include "arguments.h"
#include "handover.h"
#include "image.h"
#include "memory_map.h"
#include "pvh.h"

#define LOW_MEMORY_LAST    0xfffffull    /* where the kernel allocates nothing */
#define MEMORY_32BIT_LAST  0xffffffffull /* what 32-bit code reaches */
#define COMMAND_LINE_BYTES 4096
#define MEMORY_MAP_ENTRIES 256
#define EXIT_TRIES         3

/* All that must outlive the firmware until the kernel has read it. */
struct low_memory {
    struct handover handover;
    struct hvm_start_info start_info;
    struct hvm_memmap_entry memory_map[MEMORY_MAP_ENTRIES];
    char command_line[COMMAND_LINE_BYTES];
    char code[HANDOVER_CODE_BYTES];
};

static EFI_STATUS refuse(const CHAR16 *why)
{
    Print(L"thrice: %s\n", why);
    return EFI_LOAD_ERROR;
}

/* Pages at or below `last`, as high as the firmware finds them; NULL when there are none. */
static void *allocate_below(uint64_t last, EFI_MEMORY_TYPE type, size_t bytes)
{
    EFI_PHYSICAL_ADDRESS address = last;
    EFI_STATUS status =
        BS->AllocatePages(AllocateMaxAddress, type, EFI_SIZE_TO_PAGES(bytes), &address);
    return EFI_ERROR(status) ? NULL : (void *)address;
}

static uint64_t find_acpi_tables(void)
{
    EFI_GUID guid = ACPI_20_TABLE_GUID;
    void *table = NULL;
    LibGetSystemConfigurationTable(&guid, &table);
    return (uint64_t)table;
}

static void fill_start_info(struct low_memory *low)
{
    low->start_info = (struct hvm_start_info){
        .magic = HVM_START_MAGIC,
        .version = 1,
        .cmdline_paddr = (uint64_t)low->command_line,
        .rsdp_paddr = find_acpi_tables(),
        .memmap_paddr = (uint64_t)low->memory_map,
    };
    low->handover.start_info = (uint32_t)(uint64_t)&low->start_info;
}

/* A copy of the file away from where its segments go; returns NULL on success, else why not. */
static const CHAR16 *stage_image(struct handover *handover, struct image_extent *extent)
{
    char *staged = allocate_below(MEMORY_32BIT_LAST, EfiLoaderData, image_file_bytes);
    if (!staged)
        return L"no memory below 4 GiB for the kernel";
    CopyMem(staged, image_file, image_file_bytes);
    if (!image_plan(handover, extent, (uint32_t)(uint64_t)staged))
        return L"what the loader carries is no PVH kernel";
    uint64_t start = (uint64_t)staged;
    if (start < extent->end && start + image_file_bytes > extent->start)
        return L"too little memory below 4 GiB";
    return NULL;
}

/* The map changes with every allocation, sometimes by the firmware's own timers: then once more. */
static const CHAR16 *leave_boot_services(EFI_HANDLE self, struct low_memory *low,
                                         struct memory_map *map, const struct image_extent *extent)
{
    for (int i = 0; i < EXIT_TRIES; i++) {
        if (EFI_ERROR(memory_map_read(map)))
            return L"the firmware gives no memory map";
        uint32_t count = memory_map_convert(map, low->memory_map, MEMORY_MAP_ENTRIES);
        if (count == 0)
            return L"the firmware's memory map has too many entries";
        if (!memory_map_is_ram(low->memory_map, count, extent->start, extent->end))
            return L"the firmware keeps the memory that the kernel is linked for";
        low->start_info.memmap_entries = count;
        if (!EFI_ERROR(BS->ExitBootServices(self, map->key)))
            return NULL;
    }
    return L"the firmware does not let go";
}

EFI_STATUS efi_main(EFI_HANDLE self, EFI_SYSTEM_TABLE *system);

/* Not EFIAPI: gnu-efi's start code calls it in the System V convention. */
EFI_STATUS efi_main(EFI_HANDLE self, EFI_SYSTEM_TABLE *system)
{
    EFI_GUID loaded_image_guid = LOADED_IMAGE_PROTOCOL;
    EFI_LOADED_IMAGE *loader;
    struct memory_map map;
    struct image_extent extent;
    const CHAR16 *why;

    InitializeLib(self, system);
    struct low_memory *low = allocate_below(LOW_MEMORY_LAST, EfiLoaderCode, sizeof *low);
    if (!low)
        return refuse(L"no memory below 1 MiB");
    if (EFI_ERROR(BS->HandleProtocol(self, &loaded_image_guid, (void **)&loader)))
        return refuse(L"the firmware does not say where it loaded this from");
    arguments_read(loader, low->command_line, sizeof low->command_line);
    fill_start_info(low);
    CopyMem(low->code, handover_code, sizeof low->code);
    if ((why = stage_image(&low->handover, &extent)) != NULL)
        return refuse(why);
    if (EFI_ERROR(memory_map_allocate(&map)))
        return refuse(L"no memory for the memory map");
    if ((why = leave_boot_services(self, low, &map, &extent)) != NULL)
        return refuse(why);
    ((handover_function *)(uint64_t)low->code)(&low->handover);
    __builtin_unreachable();
}
