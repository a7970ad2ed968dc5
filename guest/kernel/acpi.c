/* Finds ACPI's tables; see acpi.h. They all lie below 4 GiB, where boot.S has mapped everything. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "acpi.h"

#include <stddef.h>
#include <string.h>

#define AML_PACKAGE     "\x12"
#define AML_BYTE_PREFIX 0x0a
#define AML_ONE         0x01

/* Root system description pointer (5.2.5.3). */
struct __attribute__((packed)) acpi_rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt; /* from revision 2 on */
};

/* A table where firmware says that one is; NULL out of our reach. */
static const struct acpi_header *table_at(uint64_t address)
{
    return address != 0 && address <= UINT32_MAX ? (const void *)address : NULL;
}

/* The n-th table that the RSDT (4-byte entries) or XSDT (8-byte entries) lists. */
static const struct acpi_header *table_listed(const struct acpi_header *list, size_t entry_bytes,
                                              size_t n)
{
    uint64_t address = 0;
    if (sizeof *list + (n + 1) * entry_bytes > list->length)
        return NULL;
    memcpy(&address, (const char *)(list + 1) + n * entry_bytes, entry_bytes);
    return table_at(address);
}

const struct acpi_header *acpi_table(uint64_t rsdp_paddr, const char *signature, uint32_t bytes_min)
{
    const struct acpi_rsdp *rsdp = (const void *)table_at(rsdp_paddr);
    if (!rsdp || memcmp(rsdp->signature, "RSD PTR ", sizeof rsdp->signature) != 0)
        return NULL;
    const struct acpi_header *table, *xsdt = rsdp->revision >= 2 ? table_at(rsdp->xsdt) : NULL;
    const struct acpi_header *list = xsdt ? xsdt : table_at(rsdp->rsdt);
    size_t entry_bytes = xsdt ? sizeof(uint64_t) : sizeof(uint32_t);

    for (size_t n = 0; list && (table = table_listed(list, entry_bytes, n)); n++)
        if (memcmp(table->signature, signature, sizeof table->signature) == 0)
            return table->length >= bytes_min ? table : NULL;
    return NULL;
}

const struct acpi_fadt *acpi_fadt(uint64_t rsdp_paddr)
{
    return (const void *)acpi_table(rsdp_paddr, "FACP", ACPI_FADT_BYTES_MIN);
}

/* No interpreter of AML: compilers write Name(_S5_, Package(){type, ...}) in one way (20.2.4). */
uint8_t acpi_sleep_type_off(const struct acpi_fadt *fadt)
{
    static const char name[] = "_S5_" AML_PACKAGE;
    const size_t name_bytes = sizeof name - 1;
    const struct acpi_header *dsdt = table_at(fadt->dsdt);
    if (!dsdt)
        return 0;
    const uint8_t *at = (const uint8_t *)(dsdt + 1), *end = (const uint8_t *)dsdt + dsdt->length;
    while (at + name_bytes < end && memcmp(at, name, name_bytes) != 0)
        at++;
    at += name_bytes;
    if (at < end)
        at += 1 + (*at >> 6); // the package's length: one to four bytes
    at++;                     // the number of its elements
    if (at + 1 < end)
        return *at == AML_BYTE_PREFIX ? at[1] : *at == AML_ONE;
    return 0;
}
