/* The ends of the machine; see panic.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "panic.h"

#include <stdarg.h>
#include <stdint.h>

#include "console.h"
#include "port.h"
#include "power.h"
#include "trap.h"

#define PORT_DEBUG_EXIT    0xf4 /* -device isa-debug-exit,iobase=0xf4,iosize=1 */
#define PORT_RESET_CONTROL 0xcf9
#define RESET_CONTROL_HARD 6

_Noreturn void machine_exit(int status)
{
    port_write8(PORT_DEBUG_EXIT, (uint8_t)status);
    power_off();
    port_write8(PORT_RESET_CONTROL, RESET_CONTROL_HARD);
    // No reset register: an exception that finds no vector resets any machine.
    static const struct {
        uint64_t limit, base;
    } no_vectors;
    __asm__ volatile("lidt %0; int3" : : "m"(no_vectors));
    __builtin_unreachable();
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
