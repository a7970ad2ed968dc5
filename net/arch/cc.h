/* lwIP's view of the compiler and the kernel: diagnostics, assertions, random numbers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ARCH_CC_H
#define THRICE_ARCH_CC_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>

#include "checksum.h"
#include "console.h"
#include "heap.h"
#include "panic.h"
#include "random.h"

/* The libc's <limits.h> has a PAGE_SIZE of its own; lwIP only wants SSIZE_MAX from it. */
#define LWIP_NO_LIMITS_H 1
#define LWIP_NO_UNISTD_H 1
#define SSIZE_MAX        INT64_MAX
#include <sys/types.h> /* ssize_t */

#define LWIP_PLATFORM_DIAG(arguments) console_printf arguments

/* A failed assertion of lwIP ends the guest: what a sender could bring one about with is kept from
 * lwIP (fragment_limit.c). The message is left out (they are 15 KiB); the line says it.
 */
#define LWIP_PLATFORM_ASSERT(message) panic("lwIP: assertion at %s:%d", __FILE_NAME__, __LINE__)

#define LWIP_RAND() random_u32()

/* One instruction each; lwIP's own are functions. */
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS
#define lwip_htons(x) __builtin_bswap16(x)
#define lwip_ntohs(x) __builtin_bswap16(x)
#define lwip_htonl(x) __builtin_bswap32(x)
#define lwip_ntohl(x) __builtin_bswap32(x)

#endif
