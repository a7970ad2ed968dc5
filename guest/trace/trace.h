/* A line on the console for each step that a packet takes.
 *
 * Not in the image that is measured: `build/images/NAME.trace.elf` is linked from the very same
 * objects, and the linker puts the functions of this folder in between where one layer calls
 * another (ld --wrap, the list is in the Makefile). The normal image has not one instruction more.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TRACE_H
#define THRICE_TRACE_H

/* Prints "trace", seconds since boot, the layer, and what happened in it. */
void trace_step(const char *layer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Defines the function that the linker puts in place of another, whose name is __real_NAME now. */
#define TRACE_WRAP(type, name, ...)                                                                \
    type __real_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

#endif
