/* TIME_WAIT, kept apart from lwIP: small entries in the connection table, oldest first.
 *
 * lwIP holds a whole pcb for two minutes on a list that it searches for every segment, and
 * answers a new SYN from the same address and port with an ACK, so that a busy client is
 * locked out. Here a closed connection is 104 bytes for NET_TIME_WAIT_MS; a SYN that is
 * newer than anything of the old connection reopens it (RFC 9293, 3.10.7.4 and 3.6.1), and
 * when there are too many (net_limits.time_wait) the oldest is forgotten.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_TIME_WAIT_H
#define THRICE_TCP_TIME_WAIT_H

#include "lwip/prot/tcp.h"
#include "lwip/tcp.h"

#include "tcp_table.h"

void tcp_time_wait_init(void);

/* Entries now. */
uint32_t tcp_time_wait_count(void);

/* Turns a pcb that has reached TIME_WAIT into an entry, and frees the pcb. Its owner, if there
 * still is one, is told by its error callback (ERR_CLSD).
 */
void tcp_time_wait_enter(struct tcp_pcb *pcb);

/* A segment has come for an entry of this kind (header in network byte order, payload_bytes
 * behind it). Returns true when the entry is gone and the segment is to be treated as one for
 * no connection; false when it was dealt with.
 */
bool tcp_time_wait_input(struct tcp_entry *entry, const struct tcp_hdr *header,
                         uint32_t payload_bytes);

#endif
