/* What lwIP calls of ours besides the port itself (LWIP_HOOK_FILENAME). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HOOKS_H
#define THRICE_HOOKS_H

#include "lwip/ip_addr.h"

/* RFC 6528: a clock of 4 us ticks plus a keyed hash of the connection's addresses. */
u32_t tcp_initial_sequence_number(const ip_addr_t *local_address, u16_t local_port,
                                  const ip_addr_t *remote_address, u16_t remote_port);

#endif
