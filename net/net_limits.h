/* The network's sizes, computed once from the memory found at boot.
 *
 * An idle connection costs 0.6 KiB (pcb, socket, watch), one with an answer on its way some 4:
 * one is allowed for each 4 KiB of memory, and what they hold together is bounded by
 * heap_bytes, three quarters of the memory; the rest is the payload's.
 *
 *   memory                  8 MiB   256 MiB   4 GiB
 *   connections              2048     65536   1048576
 *   half open                512      4096      4096
 *   TIME_WAIT entries        2048     65536   1048576
 *   buffer each way, KiB       16       256       256
 *
 * No more are half open than a flood of SYNs, rationed (tcp_half_open.h), has pushed out before
 * lwIP sends their SYN and ACK again, after 3 s.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NET_LIMITS_H
#define THRICE_NET_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#define NET_TCP_BUFFER_MAX_BYTES (256 * 1024)

/* How long a closed connection's addresses stay reserved. RFC 9293 asks for 2 MSL = 4 min, an
 * age in which a retransmission may arrive from a network that holds packets for 2 min; on the
 * networks of today it is milliseconds, and whoever reuses the addresses properly is let
 * through at once (tcp_demux.c), so that this is only the time in which a last ACK that was
 * lost is answered again.
 */
#define NET_TIME_WAIT_MS 4000

struct net_limits {
    uint32_t connections;  /* TCP pcbs, in whatever state */
    uint32_t half_open;    /* of them, those whose handshake is not complete */
    uint32_t time_wait;    /* entries */
    uint32_t hash_buckets; /* a power of two */
    size_t heap_bytes;     /* everything lwIP and the sockets allocate */
};
extern struct net_limits net_limits;

/* What this machine's TCP buffers are smaller than the maximum (see lwipopts.h). */
extern uint32_t net_tcp_buffer_cut_bytes;

/* From memory_total_bytes(); called by memp_init(), before anything is allocated. */
void net_limits_init(void);

#endif
