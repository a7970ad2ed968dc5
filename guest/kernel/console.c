/* The serial console: a 16550 at COM1, and a printf of the size a kernel needs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "console.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "port.h"

#define COM1               0x3f8
#define COM1_LINE_CONTROL  (COM1 + 3)
#define COM1_LINE_STATUS   (COM1 + 5)
#define LINE_8N1           3
#define LINE_TRANSMIT_FREE 0x20
#define TRANSMIT_PATIENCE  100000 /* looks at the line before a byte is given up */

void console_init(void)
{
    port_write8(COM1_LINE_CONTROL, LINE_8N1);
}

static void send(char byte)
{
    for (int i = 0; i < TRANSMIT_PATIENCE; i++)
        if (port_read8(COM1_LINE_STATUS) & LINE_TRANSMIT_FREE)
            break;
    port_write8(COM1, (uint8_t)byte);
}

static void put(char byte)
{
    if (byte == '\n')
        send('\r');
    send(byte);
}

void console_write(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        put(text[i]);
}

static void put_number(uint64_t value, unsigned base, size_t width, bool negative)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (sizeof digits - at < width && at > 1)
        digits[--at] = '0';
    if (negative)
        digits[--at] = '-';
    console_write(digits + at, sizeof digits - at);
}

/* One conversion; wide says that an l or z stood before it. */
static void convert(char conversion, bool wide, size_t width, va_list *arguments)
{
    switch (conversion) {
    case 's': {
        const char *text = va_arg(*arguments, const char *);
        console_write(text ? text : "(null)", text ? strlen(text) : 6);
        break;
    }
    case 'd': {
        int64_t value = wide ? va_arg(*arguments, long) : va_arg(*arguments, int);
        put_number(value < 0 ? -(uint64_t)value : (uint64_t)value, 10, width, value < 0);
        break;
    }
    case 'p':
        console_write("0x", 2);
        put_number((uint64_t)va_arg(*arguments, void *), 16, width, false);
        break;
    case 'u':
    case 'x':
        put_number(wide ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned),
                   conversion == 'x' ? 16 : 10, width, false);
        break;
    default:
        put(conversion);
    }
}

void console_vprintf(const char *format, va_list original)
{
    va_list arguments;
    va_copy(arguments, original);
    while (*format) {
        if (*format != '%') {
            put(*format++);
            continue;
        }
        size_t width = 0;
        bool wide = false;
        for (format++; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (size_t)(*format - '0');
        for (; *format == 'l' || *format == 'z'; format++)
            wide = true;
        if (!*format)
            break;
        convert(*format++, wide, width, &arguments);
    }
    va_end(arguments);
}

void console_printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    console_vprintf(format, arguments);
    va_end(arguments);
}
