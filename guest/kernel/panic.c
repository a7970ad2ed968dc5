/* The ends of the machine; see panic.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "panic.h"

#include <stdarg.h>
#include <stdint.h>

#include "console.h"
#include "port.h"
#include "trap.h"

#define PORT_DEBUG_EXIT 0xf4 /* -device isa-debug-exit,iobase=0xf4,iosize=1 */

/* ACPI power-off as QEMU's machines have it: PM1a control at 0x604 (q35 and pc under
 * SeaBIOS), the sleep control register of the generic event device (microvm).
 */
#define PORT_PM1A_CONTROL     0x604
#define PM1A_SLEEP_ENABLE     0x2000
#define MICROVM_SLEEP_CONTROL 0xfea00200ul
#define SLEEP_CONTROL_S5      (5 << 2 | 1 << 5)
#define PORT_RESET_CONTROL    0xcf9
#define RESET_CONTROL_HARD    6

_Noreturn void machine_exit(int status)
{
    port_write8(PORT_DEBUG_EXIT, (uint8_t)status);
    port_write16(PORT_PM1A_CONTROL, PM1A_SLEEP_ENABLE);
    *(volatile uint8_t *)MICROVM_SLEEP_CONTROL = SLEEP_CONTROL_S5;
    port_write8(PORT_RESET_CONTROL, RESET_CONTROL_HARD);
    for (;;)
        __asm__ volatile("cli; hlt");
}

_Noreturn void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    console_printf("\npanic: ");
    console_vprintf(format, arguments);
    console_printf("\n");
    va_end(arguments);
    trap_backtrace(0, (uint64_t)__builtin_frame_address(0));
    machine_exit(MACHINE_PANIC);
}
