/* The console: the first serial port (COM1, 0x3f8), polled, write only.
 *
 * Works from the first instruction of C on: no initialisation order to respect
 * but console_init() first. Never on the request path (a write costs one port
 * access for each byte).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CONSOLE_H
#define THRICE_CONSOLE_H

#include <stdarg.h>
#include <stddef.h>

void console_init(void);

/* Writes length bytes; a line feed is sent as CR LF. */
void console_write(const char *text, size_t length);

/* A small printf: %s %d %u %x %p %%, with l, z and a zero-padded width (%016lx). */
void console_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_vprintf(const char *format, va_list arguments);

#endif
