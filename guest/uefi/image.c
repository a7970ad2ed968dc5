/* Reads the ELF file that the loader carries; see image.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "image.h"

#include <elf.h>
#include <stddef.h>

#define XEN_ELFNOTE_PHYS32_ENTRY 18

static const Elf64_Ehdr *header(void)
{
    return (const Elf64_Ehdr *)image_file;
}

static const Elf64_Phdr *program_header(unsigned index)
{
    return (const Elf64_Phdr *)(image_file + header()->e_phoff) + index;
}

/* The PVH entry as the notes of a segment tell it, or 0. */
static uint32_t find_entry(const Elf64_Phdr *notes)
{
    const char *at = image_file + notes->p_offset, *end = at + notes->p_filesz;
    while (at + sizeof(Elf64_Nhdr) <= end) {
        const Elf64_Nhdr *note = (const Elf64_Nhdr *)at;
        const char *name = at + sizeof *note;
        const char *value = name + ((note->n_namesz + 3u) & ~3u);
        if (note->n_type == XEN_ELFNOTE_PHYS32_ENTRY && note->n_namesz == sizeof "Xen" &&
            name[0] == 'X' && name[1] == 'e' && name[2] == 'n')
            return *(const uint32_t *)value;
        at = value + ((note->n_descsz + 3u) & ~3u);
    }
    return 0;
}

static bool plan_copy(struct handover *handover, struct image_extent *extent,
                      const Elf64_Phdr *segment, uint32_t file_address)
{
    uint64_t end = segment->p_paddr + segment->p_memsz;
    if (handover->copy_count == HANDOVER_COPIES_MAX || end > UINT32_MAX)
        return false;
    if (segment->p_paddr < extent->start)
        extent->start = segment->p_paddr;
    if (end > extent->end)
        extent->end = end;
    handover->copies[handover->copy_count++] = (struct handover_copy){
        .to = (uint32_t)segment->p_paddr,
        .from = file_address + (uint32_t)segment->p_offset,
        .bytes = (uint32_t)segment->p_filesz,
    };
    return true;
}

bool image_plan(struct handover *handover, struct image_extent *extent, uint32_t file_address)
{
    *extent = (struct image_extent){.start = UINT64_MAX};
    handover->entry = 0;
    handover->copy_count = 0;
    if (*(const uint32_t *)image_file != *(const uint32_t *)ELFMAG)
        return false;
    for (unsigned i = 0; i < header()->e_phnum; i++) {
        const Elf64_Phdr *segment = program_header(i);
        if (segment->p_type == PT_NOTE && !handover->entry)
            handover->entry = find_entry(segment);
        if (segment->p_type == PT_LOAD && !plan_copy(handover, extent, segment, file_address))
            return false;
    }
    return handover->entry != 0 && handover->copy_count != 0;
}
