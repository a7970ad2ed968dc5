/* What lwIP is asked to be: every choice that differs from its defaults, and why.
 *
 * One event loop calls lwIP's raw API directly (NO_SYS): no threads, no locks, no socket layer
 * of lwIP's. Memory comes from memp.c and heap.c of this folder, which take pages as they are
 * needed: the MEMP_NUM_* figures of lwIP therefore bound nothing and are not set. What is
 * bounded is bounded by the memory found at boot (net_limits.h).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LWIPOPTS_H
#define THRICE_LWIPOPTS_H

#include "net_limits.h"

/* --- the system lwIP runs on ----------------------------------------------------------- */
#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_DNS             0 /* the payloads are servers */
#define LWIP_RAW             0

/* --- memory ----------------------------------------------------------------------------- */
#define MEM_LIBC_MALLOC 1 /* lwIP's heap is a first fit; ours is size classes (heap.c) */
#define mem_clib_malloc heap_alloc
#define mem_clib_calloc heap_calloc
#define mem_clib_free   heap_free
#define MEM_ALIGNMENT   8
#define MEMP_STATS      0 /* memp.c keeps its own counters */
#define MEM_STATS       0

/* Received frames arrive in pbufs of the driver's own (pbuf_custom), never copied. */
#define LWIP_SUPPORT_CUSTOM_PBUF 1
/* A full Ethernet frame in one pool buffer: a chain costs more than the unused tail. */
#define PBUF_POOL_BUFSIZE 1600

/* --- link and IP -------------------------------------------------------------------------- */
#define LWIP_IPV4         1
#define LWIP_IPV6         1
#define LWIP_SINGLE_NETIF 0
#define LWIP_DHCP         1
#define LWIP_ACD          0
/* An address from DHCP is taken at once: the probes of RFC 5227 cost seconds of a boot that
 * takes milliseconds, and the server has checked.
 */
#define DHCP_DOES_ARP_CHECK           0
#define LWIP_IPV6_AUTOCONFIG          1
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 1
#define LWIP_NETIF_HOSTNAME           1
#define LWIP_NETIF_STATUS_CALLBACK    1

/* Room for the virtio header in front of each frame, so that both are one piece of memory. */
#define PBUF_LINK_ENCAPSULATION_HLEN 12

/* With the default table of 10 a bridge with a few dozen clients makes it thrash, and without
 * queueing the first datagram to every new neighbour is lost.
 */
#define ARP_TABLE_SIZE            64
#define ARP_QUEUEING              1
#define ARP_QUEUE_LEN             16
#define ETHARP_TRUST_IP_MAC       0
#define LWIP_ND6_NUM_NEIGHBORS    32
#define LWIP_ND6_NUM_DESTINATIONS 32

/* The reassembly's own notes hold a pointer: with 8 bytes they do not fit in the header. */
#define IPV6_FRAG_COPYHEADER 1

#define IP_REASSEMBLY       1
#define IP_FRAG             1
#define IP_REASS_MAX_PBUFS  64 /* one 64 KiB datagram in Ethernet frames takes 45 */
#define MEMP_NUM_REASSDATA  8
#define LWIP_ICMP           1
#define LWIP_BROADCAST_PING 0
#define IP_OPTIONS_ALLOWED  1
/* udp_sendto() to a broadcast address is refused without SO_BROADCAST, as in POSIX. */
#define IP_SOF_BROADCAST 1

/* --- checksums: in software unless the netif says that the device does them --------------- */
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1
#define LWIP_CHKSUM                  checksum_fold

/* --- UDP ---------------------------------------------------------------------------------- */
#define LWIP_UDP     1
#define LWIP_UDPLITE 0

/* --- TCP ---------------------------------------------------------------------------------- */
#define LWIP_TCP 1
#define TCP_MSS  1460 /* Ethernet; lwIP lowers it to the route's MTU */
#define SO_REUSE 1

/* Window and send buffer per connection follow the machine's memory (net_limits.h). They are
 * written as a constant less a variable because lwIP also reads them in #if, where the
 * variable counts as 0. The scale fits the largest: 65535 << 3 = 512 KiB.
 */
#define LWIP_WND_SCALE   1
#define TCP_RCV_SCALE    3
#define TCP_WND          (NET_TCP_BUFFER_MAX_BYTES - net_tcp_buffer_cut_bytes)
#define TCP_SND_BUF      (NET_TCP_BUFFER_MAX_BYTES - net_tcp_buffer_cut_bytes)
#define TCP_SND_QUEUELEN 1024 /* pbufs; 2 for each segment of the largest send buffer and more */
#define TCP_SNDLOWAT     (TCP_SND_BUF / 3)
#define TCP_QUEUE_OOSEQ  1
/* What has arrived behind a gap is told (RFC 2018): the peer sends again what is missing, and that
 * alone.
 */
#define LWIP_TCP_SACK_OUT 1
/* What waits behind a gap: lwIP searches it from its head for every segment, and a peer may send
 * it in single bytes, each in a buffer of its own.
 */
#define TCP_OOSEQ_MAX_PBUFS 128
#define TCP_OOSEQ_MAX_BYTES (128 * TCP_MSS)
/* Both depend on the variable above, which lwIP's sanity checks cannot read. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1

/* No timestamps: 12 bytes and their handling in every segment, for PAWS, which lwIP lacks. */
#define LWIP_TCP_TIMESTAMPS 0

/* The fast timer (delayed ACKs) runs every 100 ms, the slow one (retransmission) every 200:
 * lwIP's 250/500 makes every lost segment cost a second. Only connections with something
 * outstanding are on the list that they walk (tcp_demux.c).
 */
#define TCP_TMR_INTERVAL 100

/* TIME_WAIT is not lwIP's here: tcp_demux.c keeps it (NET_TIME_WAIT_MS), reopens it and bounds
 * it. In lwIP, TCP_MSL is left to say how long an orphan in LAST_ACK may try to deliver its
 * last data: 2 MSL.
 */
#define TCP_MSL 30000

/* The backlog counts to 255 in lwIP and is the socket layer's here: it refuses a SYN in the
 * passive-open callback of its extension argument (guest/posix/tcp_listener.c).
 */
#define TCP_LISTEN_BACKLOG        0
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1

/* Initial sequence numbers by RFC 6528 (isn.c). */
#define LWIP_HOOK_FILENAME "hooks.h"
#define LWIP_HOOK_TCP_ISN  tcp_initial_sequence_number

/* What a flood of pings costs is bounded (icmp_limit.c). */
#define LWIP_HOOK_IP4_INPUT(p, netif)                                                              \
    ((p)->len >= IP_HLEN && IPH_PROTO((struct ip_hdr *)(p)->payload) == IP_PROTO_ICMP &&           \
     icmp_limit_takes(p))
#define LWIP_HOOK_IP6_INPUT(p, netif) icmp_limit_takes6(p)

/* lwIP has no static router for IPv6 (net.c). */
#define LWIP_HOOK_ND6_GET_GW(netif, destination) net_router6()

/* --- counters, kept: they are what a silent drop leaves behind ----------------------------- */
#define LWIP_STATS       1
#define LWIP_STATS_LARGE 1

#endif
