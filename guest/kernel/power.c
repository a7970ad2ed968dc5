/* The power button and the power switch; see power.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "power.h"

#include <stdint.h>
#include <string.h>

#include "acpi.h"
#include "interrupt.h"
#include "port.h"
#include "pvh.h"

/* PM1 status and enable (4.8.3.1), PM1 control (4.8.3.2), sleep control (4.8.3.7) */
#define PM1_POWER_BUTTON     0x0100u
#define PM1_SCI_ENABLE       0x0001u
#define PM1_SLEEP_TYPE       10
#define PM1_SLEEP_ENABLE     0x2000u
#define SLEEP_CONTROL_TYPE   2
#define SLEEP_CONTROL_ENABLE 0x20u

/* The generic event device of QEMU's microvm. Only its AML describes it: QEMU, hw/i386/microvm.c
 * and hw/acpi/generic_event_device.c.
 */
#define GED_OEM           "BOCHS "
#define GED_SLEEP_CONTROL 0xfea00200ul /* stands at a fixed distance behind */
#define GED_SELECTOR      0xfea00000ul
#define GED_POWER_BUTTON  0x2u
#define GED_PIN           9

bool power_interrupted; /* set by vectors.S */

static const struct acpi_fadt *fadt;
static volatile uint32_t *ged_selector; /* reading clears it */
static uint16_t pm1_status;             /* port, or 0 */

static void ged_init(void)
{
    if (memcmp(fadt->header.oem, GED_OEM, sizeof fadt->header.oem) != 0 ||
        fadt->sleep_control.address != GED_SLEEP_CONTROL)
        return;
    ged_selector = (volatile uint32_t *)GED_SELECTOR;
    interrupt_route_power(GED_PIN);
}

static void fixed_button_init(void)
{
    uint16_t control = (uint16_t)fadt->pm1a_control;
    if (fadt->flags & ACPI_FADT_NO_FIXED_BUTTON || fadt->pm1a_event == 0)
        return;
    pm1_status = (uint16_t)fadt->pm1a_event;
    if (fadt->smi_command && !(port_read16(control) & PM1_SCI_ENABLE))
        port_write8((uint16_t)fadt->smi_command, fadt->acpi_enable);
    port_write16(pm1_status, PM1_POWER_BUTTON); // an old press: cleared by writing 1
    port_write16((uint16_t)(pm1_status + fadt->pm1_event_length / 2), PM1_POWER_BUTTON);
    interrupt_route_power(fadt->sci_interrupt);
}

void power_init(const struct hvm_start_info *start_info)
{
    fadt = acpi_fadt(start_info->rsdp_paddr);
    if (!fadt)
        return;
    if (fadt->flags & ACPI_FADT_REDUCED_HARDWARE)
        ged_init();
    else
        fixed_button_init();
}

bool power_button_pressed(void)
{
    if (!power_interrupted)
        return false;
    power_interrupted = false;
    if (ged_selector)
        return (*ged_selector & GED_POWER_BUTTON) != 0;
    uint16_t status = port_read16(pm1_status) & PM1_POWER_BUTTON;
    port_write16(pm1_status, status);
    return status != 0;
}

void power_off(void)
{
    if (!fadt)
        return;
    unsigned type = acpi_sleep_type_off(fadt);
    if (!(fadt->flags & ACPI_FADT_REDUCED_HARDWARE))
        port_write16((uint16_t)fadt->pm1a_control,
                     (uint16_t)(type << PM1_SLEEP_TYPE | PM1_SLEEP_ENABLE));
    else if (fadt->sleep_control.space == ACPI_SPACE_MEMORY && fadt->sleep_control.address)
        *(volatile uint8_t *)fadt->sleep_control.address =
            (uint8_t)(type << SLEEP_CONTROL_TYPE | SLEEP_CONTROL_ENABLE);
}
