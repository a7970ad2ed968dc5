/* Connections whose handshake is not complete: a bound, and the oldest goes when it is reached.
 *
 * Refusing new ones instead would let a flood of SYNs from nowhere keep everybody out; a client
 * that is there completes its handshake before the flood has pushed it out.
 *
 * Answering all of a flood takes the time in which it should be served, though. When half of the
 * bound is reached, which it is not by clients that are there, those that have completed a
 * handshake lately are still answered, and of the others 2000 a second.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_HALF_OPEN_H
#define THRICE_TCP_HALF_OPEN_H

#include <stdbool.h>

#include "lwip/tcp.h"

/* Whether a SYN from this address is to be given to lwIP; else it has been counted. */
bool tcp_half_open_admits(const ip_addr_t *from);

/* In a listener's passive-open callback: counts the new connection, which takes its extension
 * argument of this id. ERR_MEM: there is no memory for it.
 */
err_t tcp_half_open_begin(uint8_t id, struct tcp_pcb *pcb);

/* In its accept callback: the handshake is complete. */
void tcp_half_open_complete(uint8_t id, struct tcp_pcb *pcb);

/* Drops the oldest of those above the limit: a quarter of all connections, 4096 at most. To be
 * called after segments have been taken in, not from lwIP's callbacks or within the demultiplexer's
 * brackets.
 */
void tcp_half_open_trim(void);

#endif
