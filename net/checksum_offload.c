/* Leaving the TCP or UDP checksum of a frame to the NIC; see checksum_offload.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum_offload.h"

#include <stddef.h>
#include <string.h>

#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"

/* A ones' complement sum is the same in either byte order if sum and words agree (RFC 1071). */
static uint16_t fold(uint64_t sum)
{
    sum = (sum >> 32) + (sum & UINT32_MAX);
    sum = (sum >> 32) + (sum & UINT32_MAX);
    sum = (sum >> 16) + (sum & UINT16_MAX);
    sum = (sum >> 16) + (sum & UINT16_MAX);
    return (uint16_t)sum;
}

static uint64_t sum_of(const char *words, unsigned bytes)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < bytes; i += 4) {
        uint32_t word;
        memcpy(&word, words + i, sizeof word);
        sum += word;
    }
    return sum;
}

/* Where the checksum is in the protocol's header, or 0 when it is not for the NIC. */
static unsigned checksum_field(uint8_t protocol)
{
    return protocol == IP_PROTO_TCP   ? offsetof(struct tcp_hdr, chksum)
           : protocol == IP_PROTO_UDP ? offsetof(struct udp_hdr, chksum)
                                      : 0;
}

/* addresses: the sum of both. start: where the protocol's header is in the frame. */
static void ask(struct pbuf *frame, struct virtio_net_header *header, uint64_t addresses,
                uint8_t protocol, unsigned start)
{
    unsigned field = checksum_field(protocol);
    if (field == 0 || frame->len < start + field + sizeof(uint16_t))
        return;
    uint16_t length = (uint16_t)(frame->tot_len - start);
    uint16_t pseudo = fold(addresses + lwip_htons(protocol) + lwip_htons(length));
    memcpy((char *)frame->payload + start + field, &pseudo, sizeof pseudo);
    header->flags = VIRTIO_NET_HEADER_F_NEEDS_CSUM;
    header->csum_start = (uint16_t)start;
    header->csum_offset = (uint16_t)field;
}

void checksum_offload(struct pbuf *frame, struct virtio_net_header *header)
{
    const struct eth_hdr *ethernet = frame->payload;
    const char *packet = (const char *)frame->payload + SIZEOF_ETH_HDR;

    if (ethernet->type == PP_HTONS(ETHTYPE_IP) && frame->len >= SIZEOF_ETH_HDR + IP_HLEN) {
        const struct ip_hdr *ip = (const void *)packet;
        if ((IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK | IP_MF)) == 0)
            ask(frame, header, sum_of(packet + offsetof(struct ip_hdr, src), 8), IPH_PROTO(ip),
                SIZEOF_ETH_HDR + IPH_HL_BYTES(ip));
    } else if (ethernet->type == PP_HTONS(ETHTYPE_IPV6) &&
               frame->len >= SIZEOF_ETH_HDR + IP6_HLEN) {
        const struct ip6_hdr *ip = (const void *)packet;
        ask(frame, header, sum_of(packet + offsetof(struct ip6_hdr, src), 32), IP6H_NEXTH(ip),
            SIZEOF_ETH_HDR + IP6_HLEN);
    }
}
