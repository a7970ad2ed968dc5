/* What lwIP calls of ours besides the port itself (LWIP_HOOK_FILENAME). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HOOKS_H
#define THRICE_HOOKS_H

#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"

/* RFC 6528: a clock of 4 us ticks plus a keyed hash of the connection's addresses. */
u32_t tcp_initial_sequence_number(const ip_addr_t *local_address, u16_t local_port,
                                  const ip_addr_t *remote_address, u16_t remote_port);

/* The next initial sequence number is to lie above this one: the connection that it is for
 * follows one of the same addresses that got so far (RFC 9293, 3.6.1).
 */
void tcp_isn_exceed(u32_t sequence_number);

/* Forgets that: the segment that asked for it did not make a connection after all. */
void tcp_isn_reset(void);

/* Before anything of an ICMP packet or a fragment of one is looked at: takes it (not 0), and frees
 * it, when there are more than a thousand a second.
 */
int icmp_limit_takes(struct pbuf *p);

/* The same for IPv6, of whose packets it takes, of the same thousand, echo requests and what is
 * neither TCP, UDP nor other ICMPv6, fragments and extension headers included.
 */
int icmp_limit_takes6(struct pbuf *p);

/* The IPv6 router of the command line (net.c), or NULL: lwIP then takes one that advertises itself.
 */
const ip6_addr_t *net_router6(void);

#endif
