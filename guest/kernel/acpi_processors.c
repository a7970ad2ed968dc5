/* How many processors ACPI lists; see acpi.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "acpi.h"

/* Multiple APIC description table (5.2.12): header, address, flags, then entries. */
#define ACPI_MADT_BYTES_MIN    44
#define ACPI_MADT_APIC         0
#define ACPI_MADT_APIC_BYTES   8
#define ACPI_MADT_APIC_ENABLED 1

/* Entries begin with their type and length; that of a local APIC (5.2.12.2) has its flags last. */
unsigned acpi_processors(uint64_t rsdp_paddr)
{
    const struct acpi_header *madt = acpi_table(rsdp_paddr, "APIC", ACPI_MADT_BYTES_MIN);
    unsigned count = 0;

    if (!madt)
        return 0;
    const uint8_t *at = (const uint8_t *)madt + ACPI_MADT_BYTES_MIN;
    for (const uint8_t *end = (const uint8_t *)madt + madt->length;
         at + ACPI_MADT_APIC_BYTES <= end && at[1] >= 2; at += at[1])
        count += at[0] == ACPI_MADT_APIC && (at[4] & ACPI_MADT_APIC_ENABLED) != 0;
    return count;
}
