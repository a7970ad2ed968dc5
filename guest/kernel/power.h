/* Power: the button by which somebody asks the machine to stop, and the switch that stops it.
 *
 * ACPI 6.5: fixed hardware registers (4.8.3) on q35 and pc, the sleep control register (4.8.3.7)
 * and the generic event device (5.6.9) on microvm.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_POWER_H
#define THRICE_POWER_H

#include <stdbool.h>

struct hvm_start_info;

/* Finds both by the machine's ACPI tables, and lets the button interrupt. Without such tables the
 * button does nothing. After interrupt_init().
 */
void power_init(const struct hvm_start_info *start_info);

/* Has the button been pressed since the last call? A look at memory, unless it has. Only seen while
 * interrupts are let in: interrupt_wait(), interrupt_window().
 */
bool power_button_pressed(void);

/* Switches the machine off; returns where it has no such switch. */
void power_off(void);

#endif
