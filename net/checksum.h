/* The Internet checksum (RFC 1071). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CHECKSUM_H
#define THRICE_CHECKSUM_H

#include <stdint.h>

/* The ones' complement sum of the data's 16-bit words in memory order, not inverted; an odd
 * last byte counts as a word's first. What lwIP calls LWIP_CHKSUM.
 */
uint16_t checksum_fold(const void *data, int length);

#endif
