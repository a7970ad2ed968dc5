/* Connections that go on alone: the program has closed them, the peer has not taken everything.
 *
 * lwIP gives up a peer that is silent, but one that answers each probe of its closed window, and
 * never reads, would keep a connection and a full send buffer for ever.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_ORPHAN_H
#define THRICE_TCP_ORPHAN_H

#include "lwip/tcp.h"

/* Before tcp_close(), with the pcb's callbacks cleared: takes its argument and its poll function.
 * When the peer has acknowledged nothing new for some 20 s, less while memory is short, the
 * connection is reset.
 */
void tcp_orphan_watch(struct tcp_pcb *pcb);

#endif
