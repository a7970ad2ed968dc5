/* The ends of the machine: a panic, and a deliberate exit. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PANIC_H
#define THRICE_PANIC_H

/* What a panic reports as exit status: QEMU ends with (MACHINE_PANIC << 1) | 1 = 255. */
#define MACHINE_PANIC 127

/* For what cannot happen: prints the message and a backtrace, ends the machine with
 * MACHINE_PANIC. What a device or the network can cause is counted and dropped instead.
 */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the machine. With QEMU's isa-debug-exit at port 0xf4 the process ends with
 * (status << 1) | 1, so a clean exit is 1 and a plain 0 means a crash; without the device
 * the machine is powered off by ACPI (q35, pc, microvm), or at last reset.
 */
_Noreturn void machine_exit(int status);

#endif
