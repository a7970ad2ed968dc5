/* Counters of the network, its memory and what it cost, on the console as `name=value` words.
 *
 * stats=SECONDS on the command line asks for a line now and then, and one at the end; stats=0 for
 * the one at the end alone. Figures of memory that only ever grow, under a load that does not, are
 * a leak. What counts events counts from boot on:
 *
 *   what was done        received, sent: frames; received_copied, sent_copied: of these, copied
 *   what leaves a guest  notified_receive, notified_transmit: virtqueue notifications;
 *                        acknowledged: interrupt causes cleared; timers: set; halts
 *   what entered it      interrupts
 *   what was dropped     socket_full: datagrams; backlog_full, half_open_full: handshakes;
 * out_of_window: segments; nic_malformed, nic_no_memory, nic_refused: frames in, in, and out; and
 *                        what lwIP dropped, by protocol
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NET_REPORT_H
#define THRICE_NET_REPORT_H

#include <stdint.h>

/* What those in net/ and above it dropped for want of room, counted where it happens. */
struct net_drops {
    uint64_t socket_full;    /* datagrams: the socket's queue was, or memory */
    uint64_t backlog_full;   /* SYNs: the listener's queue was, or memory */
    uint64_t half_open_full; /* unfinished handshakes pushed out by newer ones, SYNs of strangers */
    uint64_t out_of_window;  /* segments of connections, old or beyond the window */
};
extern struct net_drops net_drops;

/* Starts the reports if the command line asks for them; after net_init(). */
void net_report_init(void);

/* The line at the end, if the command line asks for it. */
void net_report_end(void);

#endif
