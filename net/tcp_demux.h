/* Finding a segment's connection in constant time, without changing lwIP.
 *
 * lwIP keeps its connections on one list: it searches that list for every segment, walks it
 * to take a pcb out, and walks all of it in both timers. Here lwIP is shown only the part of
 * the list that matters: for a segment the one pcb it is for (found in tcp_table), for a
 * SYN none, for the timers those with something outstanding. An idle connection is on no
 * list and costs nothing but its memory.
 *
 *   tcp_active_pcbs    connections with something outstanding (the "busy"); doubly linked by
 *                      tcp_connection.previous
 *   in the table only  established, nothing outstanding either way (the "idle")
 *   tcp_tw_pcbs        always empty between calls: tcp_time_wait
 *
 * tcp_input(), tcp_tmr() and tcp_netif_ip_addr_changed() are ours by the linker (--wrap). Raw API
 * calls that send, close or open are bracketed by tcp_demux_begin() and tcp_demux_end().
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_DEMUX_H
#define THRICE_TCP_DEMUX_H

#include "lwip/tcp.h"

#include "tcp_recovery.h"
#include "tcp_table.h"

/* What memp.c allocates for a pcb. */
struct tcp_connection {
    struct tcp_entry entry;
    struct tcp_pcb pcb;       /* its first fields: tcp_entry_addresses() */
    struct tcp_pcb *previous; /* on tcp_active_pcbs */
    bool listed;              /* on tcp_active_pcbs */
    struct tcp_recovery recovery;
};

void tcp_demux_init(void);

/* Prepare the memory of a new pcb; take one that lwIP has freed out of the table. */
struct tcp_pcb *tcp_demux_attach(struct tcp_connection *connection);
struct tcp_connection *tcp_demux_detach(struct tcp_pcb *pcb);

/* Before something is sent on a connection: it will need the timers. */
void tcp_demux_touch(struct tcp_pcb *pcb);

/* Before and after a raw API call that may end a connection (tcp_close, tcp_shutdown,
 * tcp_abort), or with NULL that makes one (tcp_new, tcp_connect). Within, lwIP sees this pcb first
 * on its list; after tcp_demux_end() the pcb may be gone. Not for listening pcbs. Not to be nested,
 * and not to be called from lwIP's callbacks; a driver must not give frames to lwIP while it sends
 * one.
 */
void tcp_demux_begin(struct tcp_pcb *pcb);
void tcp_demux_end(void);

#endif
