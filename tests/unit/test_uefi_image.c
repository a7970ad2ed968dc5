// sources: guest/uefi/image.c
/* What the UEFI loader makes of the ELF file that it carries. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "image.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define FILE_ADDRESS 0x3000000u

/* An ELF file with two segments and two notes; in the loader it stands in image_file.S. */
struct elf {
    Elf64_Ehdr header;
    Elf64_Phdr segments[HANDOVER_COPIES_MAX + 2];
    struct {
        Elf64_Nhdr header;
        char name[4];
        uint32_t value;
    } notes[2];
} elf;
const uint32_t image_file_bytes = sizeof elf;
extern const char image_file[sizeof elf] __attribute__((alias("elf")));

static struct handover handover;
static struct image_extent extent;

static bool plan(void)
{
    return image_plan(&handover, &extent, FILE_ADDRESS);
}

static int setup(void **state)
{
    (void)state;
    memset(&elf, 0, sizeof elf);
    memcpy(elf.header.e_ident, ELFMAG, SELFMAG);
    elf.header.e_phoff = offsetof(struct elf, segments);
    elf.header.e_phnum = 3;
    elf.segments[0] =
        (Elf64_Phdr){.p_type = PT_LOAD, .p_paddr = 0x100000, .p_filesz = 0x2345, .p_memsz = 0x2345};
    elf.segments[1] = (Elf64_Phdr){.p_type = PT_LOAD,
                                   .p_paddr = 0x103000,
                                   .p_offset = 0x3000,
                                   .p_filesz = 0x200,
                                   .p_memsz = 0x9000};
    elf.segments[2] = (Elf64_Phdr){
        .p_type = PT_NOTE, .p_offset = offsetof(struct elf, notes), .p_filesz = sizeof elf.notes};
    for (int i = 0; i < 2; i++) {
        elf.notes[i].header = (Elf64_Nhdr){.n_namesz = 4, .n_descsz = 4, .n_type = 18};
        memcpy(elf.notes[i].name, i ? "Xen" : "GNU", 4);
        elf.notes[i].value = i ? 0x1001b0 : 0xbad;
    }
    return 0;
}

static void test_uefi_image_segments_become_copies(void **state)
{
    (void)state;
    assert_true(plan());
    assert_int_equal(handover.copy_count, 2);
    assert_int_equal(handover.copies[0].to, 0x100000);
    assert_int_equal(handover.copies[0].from, FILE_ADDRESS);
    assert_int_equal(handover.copies[0].bytes, 0x2345);
    assert_int_equal(handover.copies[1].to, 0x103000);
    assert_int_equal(handover.copies[1].from, FILE_ADDRESS + 0x3000);
    assert_int_equal(handover.copies[1].bytes, 0x200); // the bss is not in the file
}

static void test_uefi_image_extent_has_the_bss(void **state)
{
    (void)state;
    assert_true(plan());
    assert_int_equal(extent.start, 0x100000);
    assert_int_equal(extent.end, 0x10c000);
}

static void test_uefi_image_entry_is_that_of_xens_note(void **state)
{
    (void)state;
    assert_true(plan());
    assert_int_equal(handover.entry, 0x1001b0);
    elf.notes[1].header.n_type = 17;
    assert_false(plan());
}

static void test_uefi_image_refuses_what_it_cannot_load(void **state)
{
    (void)state;
    elf.segments[1].p_paddr = UINT32_MAX - 0x1000; // its bss ends above 4 GiB
    assert_false(plan());
    setup(NULL);
    elf.header.e_phnum = HANDOVER_COPIES_MAX + 2;
    for (int i = 3; i < HANDOVER_COPIES_MAX + 2; i++)
        elf.segments[i] = elf.segments[0];
    assert_false(plan());
    setup(NULL);
    elf.header.e_ident[0] = 'M';
    assert_false(plan());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_uefi_image_segments_become_copies, setup),
        cmocka_unit_test_setup(test_uefi_image_extent_has_the_bss, setup),
        cmocka_unit_test_setup(test_uefi_image_entry_is_that_of_xens_note, setup),
        cmocka_unit_test_setup(test_uefi_image_refuses_what_it_cannot_load, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
