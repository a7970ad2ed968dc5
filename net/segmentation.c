/* Leaving TCP segmentation to the NIC; see segmentation.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "segmentation.h"

#include <stdbool.h>
#include <string.h>

#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

#define ENDS4_BYTES 12 /* both addresses and both ports, which follow each other */
#define ENDS6_BYTES 36

#define TCP_AT4 (SIZEOF_ETH_HDR + IP_HLEN)
#define TCP_AT6 (SIZEOF_ETH_HDR + IP6_HLEN)

static bool is_ip4(const struct pbuf *frame)
{
    return ((const struct eth_hdr *)frame->payload)->type == PP_HTONS(ETHTYPE_IP);
}

static struct tcp_hdr *tcp_at(const struct pbuf *frame, unsigned at)
{
    return (struct tcp_hdr *)((char *)frame->payload + at);
}

/* A segment with data and nothing else to tell. */
static bool is_plain(const struct pbuf *frame, unsigned at)
{
    const struct ip_hdr *ip4 = (void *)((char *)frame->payload + SIZEOF_ETH_HDR);
    const struct ip6_hdr *ip6 = (const void *)ip4;
    const struct tcp_hdr *tcp = tcp_at(frame, at);

    if (at == TCP_AT4 ? IPH_PROTO(ip4) != IP_PROTO_TCP || IPH_HL_BYTES(ip4) != IP_HLEN ||
                            (IPH_OFFSET(ip4) & PP_HTONS(IP_OFFMASK | IP_MF)) != 0
                      : IP6H_NEXTH(ip6) != IP_PROTO_TCP)
        return false;
    return TCPH_HDRLEN_BYTES(tcp) == TCP_HLEN && (TCPH_FLAGS(tcp) & ~TCP_PSH) == TCP_ACK &&
           frame->tot_len > at + TCP_HLEN;
}

unsigned segmentation_follows(const struct pbuf *frame, const struct pbuf *previous)
{
    unsigned at = is_ip4(frame) ? TCP_AT4 : TCP_AT6;
    unsigned ends_bytes = at == TCP_AT4 ? ENDS4_BYTES : ENDS6_BYTES;
    unsigned ends_at = at + 2 * sizeof(uint16_t) - ends_bytes;

    if (frame->len < at + TCP_HLEN || previous->len < at + TCP_HLEN)
        return 0;
    const struct tcp_hdr *tcp = tcp_at(frame, at), *before = tcp_at(previous, at);
    if (tcp->dest != before->dest) /* first what tells many connections apart */
        return 0;
    uint32_t data_bytes = previous->tot_len - at - TCP_HLEN;
    if (is_ip4(frame) != is_ip4(previous) ||
        memcmp((char *)frame->payload + ends_at, (char *)previous->payload + ends_at, ends_bytes) ||
        !is_plain(frame, at) || !is_plain(previous, at) || TCPH_FLAGS(before) != TCP_ACK ||
        tcp->ackno != before->ackno || tcp->wnd != before->wnd ||
        lwip_ntohl(tcp->seqno) != lwip_ntohl(before->seqno) + data_bytes)
        return 0;
    return at + TCP_HLEN;
}

/* Ones' complement, in whatever byte order both are (RFC 1071). */
static uint16_t add(uint16_t a, uint16_t b)
{
    uint32_t sum = (uint32_t)a + b;
    return (uint16_t)(sum + (sum >> 16));
}

void segmentation_ask(struct pbuf *first, const struct pbuf *last, uint16_t extra_bytes,
                      struct virtio_net_header *header)
{
    unsigned at = is_ip4(first) ? TCP_AT4 : TCP_AT6;
    struct ip_hdr *ip4 = (void *)((char *)first->payload + SIZEOF_ETH_HDR);
    struct ip6_hdr *ip6 = (void *)ip4;
    struct tcp_hdr *tcp = tcp_at(first, at);
    uint16_t extra = lwip_htons(extra_bytes);

    if (at == TCP_AT4) {
        IPH_LEN_SET(ip4, lwip_htons((uint16_t)(lwip_ntohs(IPH_LEN(ip4)) + extra_bytes)));
        IPH_CHKSUM_SET(ip4, (uint16_t)~add((uint16_t)~IPH_CHKSUM(ip4), extra));
    } else {
        IP6H_PLEN_SET(ip6, (uint16_t)(IP6H_PLEN(ip6) + extra_bytes));
    }
    tcp->chksum = add(tcp->chksum, extra); /* the sum of the pseudo header */
    TCPH_SET_FLAG(tcp, TCPH_FLAGS(tcp_at(last, at)));
    header->gso_type = at == TCP_AT4 ? VIRTIO_NET_HEADER_GSO_TCPV4 : VIRTIO_NET_HEADER_GSO_TCPV6;
    header->gso_header_bytes = (uint16_t)(at + TCP_HLEN);
    header->gso_size = (uint16_t)(first->tot_len - at - TCP_HLEN);
}
