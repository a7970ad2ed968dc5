/* The tables by which firmware describes the machine (ACPI 6.5, chapter 5), as far as switching it
 * off needs them, the FADT and where the DSDT is, and the MADT, which lists the processors.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ACPI_H
#define THRICE_ACPI_H

#include <stdint.h>

/* Every table but the RSDP begins so (5.2.6). */
struct __attribute__((packed)) acpi_header {
    char signature[4];
    uint32_t length; /* bytes, this header included */
    uint8_t revision, checksum;
    char oem[6], oem_table[8];
    uint32_t oem_revision, creator, creator_revision;
};

/* Generic address structure (5.2.3.2). */
struct __attribute__((packed)) acpi_address {
    uint8_t space, bit_width, bit_offset, access_size;
    uint64_t address;
};
#define ACPI_SPACE_MEMORY 0

/* Fixed ACPI description table (5.2.9). */
struct __attribute__((packed)) acpi_fadt {
    struct acpi_header header;
    uint32_t facs, dsdt;
    uint8_t reserved, profile;
    uint16_t sci_interrupt;
    uint32_t smi_command; /* port; 0: ACPI mode is always on */
    uint8_t acpi_enable, acpi_disable, s4bios_request, pstate_control;
    uint32_t pm1a_event, pm1b_event, pm1a_control, pm1b_control; /* ports */
    uint32_t pm2_control, pm_timer, gpe0, gpe1;
    uint8_t pm1_event_length;
    uint8_t of_no_use1[23];
    uint32_t flags;
    uint8_t of_no_use2[128];
    struct acpi_address sleep_control, sleep_status;
};
#define ACPI_FADT_BYTES_MIN        116 /* up to its flags */
#define ACPI_FADT_NO_FIXED_BUTTON  (1u << 4)
#define ACPI_FADT_REDUCED_HARDWARE (1u << 20)

/* The table with that signature, if it is so long, found from the RSDP that the loader names (0:
 * none). NULL where there is none.
 */
const struct acpi_header *acpi_table(uint64_t rsdp_paddr, const char *signature,
                                     uint32_t bytes_min);

/* The FADT, found from the RSDP that the loader names (0: none). NULL where there is none. */
const struct acpi_fadt *acpi_fadt(uint64_t rsdp_paddr);

/* How many processors the MADT lists that can be started, found from the RSDP; 0 without one. */
unsigned acpi_processors(uint64_t rsdp_paddr);

/* The value that means "off" (S5) to the sleep registers: SLP_TYPa of \_S5_ in the DSDT. */
uint8_t acpi_sleep_type_off(const struct acpi_fadt *fadt);

#endif
