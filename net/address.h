/* Addresses as people write them on the command line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ADDRESS_H
#define THRICE_ADDRESS_H

#include <stdbool.h>

#include "lwip/ip4_addr.h"
#include "lwip/ip6_addr.h"

/* "10.0.0.2/24", or without a prefix length, then it is 24. With mask NULL there may be none.
 * false, and nothing written, when the text is anything else, or no address that a host has: not
 * of 0/8, 127/8 or 224/3 (RFC 6890), nor its network's first or last.
 */
bool address_parse4(const char *text, ip4_addr_t *address, ip4_addr_t *mask);

/* "fd00::2", or "fd00::2/64" where a prefix is allowed: lwIP knows no other length. No multicast
 * address, nor :: or ::1. The address has no zone.
 */
bool address_parse6(const char *text, bool with_prefix, ip6_addr_t *address);

#endif
