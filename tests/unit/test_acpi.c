// sources: guest/kernel/acpi.c guest/kernel/acpi_processors.c
/* ACPI's tables: the way from the RSDP to the FADT, and the sleep type in the DSDT. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "acpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

/* The tables as firmware lays them out, below 4 GiB. */
struct __attribute__((packed)) firmware {
    struct __attribute__((packed)) {
        char signature[8];
        uint8_t checksum;
        char oem[6];
        uint8_t revision;
        uint32_t rsdt, length;
        uint64_t xsdt;
    } rsdp;
    struct __attribute__((packed)) {
        struct acpi_header header;
        uint32_t tables[2];
    } rsdt;
    struct __attribute__((packed)) {
        struct acpi_header header;
        uint64_t tables[2];
    } xsdt;
    struct __attribute__((packed)) {
        struct acpi_header header;
        uint32_t address, flags;
        uint8_t entries[64];
    } madt;
    struct acpi_fadt fadt;
    struct __attribute__((packed)) {
        struct acpi_header header;
        char aml[64];
    } dsdt;
};

static struct firmware *firmware;

static uint32_t address_of(const void *table)
{
    return (uint32_t)(uintptr_t)table;
}

static void header_set(struct acpi_header *header, const char *signature, size_t length)
{
    memcpy(header->signature, signature, sizeof header->signature);
    header->length = (uint32_t)length;
}

static int setup(void **state)
{
    (void)state;
    firmware = mmap(NULL, sizeof *firmware, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (firmware == MAP_FAILED)
        return -1;
    memcpy(firmware->rsdp.signature, "RSD PTR ", sizeof firmware->rsdp.signature);
    firmware->rsdp.rsdt = address_of(&firmware->rsdt);
    header_set(&firmware->rsdt.header, "RSDT", sizeof firmware->rsdt);
    header_set(&firmware->xsdt.header, "XSDT", sizeof firmware->xsdt);
    header_set(&firmware->madt.header, "APIC", sizeof firmware->madt);
    header_set(&firmware->fadt.header, "FACP", sizeof firmware->fadt);
    header_set(&firmware->dsdt.header, "DSDT", sizeof firmware->dsdt);
    firmware->rsdt.tables[0] = address_of(&firmware->madt);
    firmware->rsdt.tables[1] = address_of(&firmware->fadt);
    firmware->fadt.dsdt = address_of(&firmware->dsdt);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return munmap(firmware, sizeof *firmware);
}

static void test_acpi_finds_the_fadt(void **state)
{
    (void)state;
    assert_ptr_equal(acpi_fadt(address_of(firmware)), &firmware->fadt);
    assert_null(acpi_fadt(0));
    assert_null(acpi_fadt(1ull << 40));
}

static void test_acpi_prefers_the_xsdt(void **state)
{
    (void)state;
    firmware->rsdp.xsdt = address_of(&firmware->xsdt);
    firmware->xsdt.tables[0] = address_of(&firmware->fadt);
    firmware->rsdt.tables[1] = 0;
    assert_null(acpi_fadt(address_of(firmware))); // revision 0: there is no XSDT
    firmware->rsdp.revision = 2;
    assert_ptr_equal(acpi_fadt(address_of(firmware)), &firmware->fadt);
}

static void test_acpi_refuses_what_is_no_table(void **state)
{
    (void)state;
    firmware->fadt.header.length = ACPI_FADT_BYTES_MIN - 1;
    assert_null(acpi_fadt(address_of(firmware)));
    firmware->fadt.header.length = ACPI_FADT_BYTES_MIN;
    firmware->rsdt.header.length -= 1; // cuts the FADT's entry off
    assert_null(acpi_fadt(address_of(firmware)));
    firmware->rsdt.header.length += 1;
    firmware->rsdp.signature[0] = 'X';
    assert_null(acpi_fadt(address_of(firmware)));
}

static void test_acpi_counts_processors(void **state)
{
    (void)state;
    // two that are enabled, one that is not, an IOAPIC between them (type, length, ...)
    static const uint8_t entries[] = {0, 8, 0, 0, 1, 0, 0, 0, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0,
                                      0, 0, 0, 8, 1, 1, 1, 0, 0, 0,  0, 8, 2, 2, 0, 0, 0, 0};
    memcpy(firmware->madt.entries, entries, sizeof entries);
    firmware->madt.header.length = 44 + sizeof entries;
    assert_int_equal(acpi_processors(address_of(firmware)), 2);
    firmware->madt.header.length = 44 + 27; // cuts the second one off
    assert_int_equal(acpi_processors(address_of(firmware)), 1);
    firmware->madt.entries[1] = 0; // an entry without length ends the list
    assert_int_equal(acpi_processors(address_of(firmware)), 0);
    firmware->madt.header.length = 43;
    assert_int_equal(acpi_processors(address_of(firmware)), 0);
    assert_int_equal(acpi_processors(0), 0);
}

static void aml_set(const char *aml, size_t length)
{
    memset(firmware->dsdt.aml, 0, sizeof firmware->dsdt.aml);
    memcpy(firmware->dsdt.aml, aml, length);
    firmware->dsdt.header.length = (uint32_t)(sizeof firmware->dsdt.header + length);
}
#define AML_SET(text) aml_set(text, sizeof(text) - 1)

static void test_acpi_reads_the_sleep_type(void **state)
{
    (void)state;
    AML_SET("..\x08_S5_\x12\x07\x04\x0a\x05\x00\x00\x00"); // microvm
    assert_int_equal(acpi_sleep_type_off(&firmware->fadt), 5);
    AML_SET("\x08_S5_\x12\x06\x04\x00\x00\x00\x00"); // q35 and pc
    assert_int_equal(acpi_sleep_type_off(&firmware->fadt), 0);
    AML_SET("\x08_S5_\x12\x06\x04\x01\x01\x00\x00");
    assert_int_equal(acpi_sleep_type_off(&firmware->fadt), 1);
    AML_SET("\x08_S5_\x12\x48\x00\x04\x0a\x07\x00\x00"); // a length of two bytes
    assert_int_equal(acpi_sleep_type_off(&firmware->fadt), 7);
}

static void test_acpi_reads_nothing_behind_the_dsdt(void **state)
{
    (void)state;
    AML_SET("no such name");
    assert_int_equal(acpi_sleep_type_off(&firmware->fadt), 0);
    AML_SET("_S5_\x12\x07\x04\x0a\x05");
    firmware->dsdt.header.length -= 2;
    assert_int_equal(acpi_sleep_type_off(&firmware->fadt), 0);
    firmware->fadt.dsdt = 0;
    assert_int_equal(acpi_sleep_type_off(&firmware->fadt), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_acpi_finds_the_fadt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_acpi_prefers_the_xsdt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_acpi_refuses_what_is_no_table, setup, teardown),
        cmocka_unit_test_setup_teardown(test_acpi_counts_processors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_acpi_reads_the_sleep_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_acpi_reads_nothing_behind_the_dsdt, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
