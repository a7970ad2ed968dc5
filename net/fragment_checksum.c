/* The UDP checksum of a datagram that is about to be cut into fragments.
 *
 * A NIC that computes checksums does so for whole datagrams only, and lwIP has left the field
 * empty for it; IPv6 receivers drop what comes so (RFC 8200, 8.1). ip4_frag() and ip6_frag() are
 * ours by the linker (--wrap): they fill the field first.
 */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "lwip/inet_chksum.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/udp.h"

err_t __real_ip4_frag(struct pbuf *packet, struct netif *netif, const ip4_addr_t *destination);
err_t __wrap_ip4_frag(struct pbuf *packet, struct netif *netif, const ip4_addr_t *destination);
err_t __real_ip6_frag(struct pbuf *packet, struct netif *netif, const ip6_addr_t *destination);
err_t __wrap_ip6_frag(struct pbuf *packet, struct netif *netif, const ip6_addr_t *destination);

/* The packet starts with an IP header of header_bytes, UDP behind it in the same pbuf. */
static void fill_udp(struct pbuf *packet, u16_t header_bytes, const ip_addr_t *source,
                     const ip_addr_t *destination)
{
    struct udp_hdr *udp = (void *)((char *)packet->payload + header_bytes);
    if (packet->len < header_bytes + UDP_HLEN || udp->chksum != 0)
        return;
    pbuf_remove_header(packet, header_bytes);
    u16_t checksum = ip_chksum_pseudo(packet, IP_PROTO_UDP, packet->tot_len, source, destination);
    udp->chksum = checksum == 0 ? UINT16_MAX : checksum;
    pbuf_add_header(packet, header_bytes);
}

err_t __wrap_ip4_frag(struct pbuf *packet, struct netif *netif, const ip4_addr_t *destination)
{
    const struct ip_hdr *ip = packet->payload;
    if (IPH_PROTO(ip) == IP_PROTO_UDP) {
        ip_addr_t from = IPADDR4_INIT(ip->src.addr);
        ip_addr_t to = IPADDR4_INIT(ip->dest.addr);
        fill_udp(packet, IPH_HL_BYTES(ip), &from, &to);
    }
    return __real_ip4_frag(packet, netif, destination);
}

err_t __wrap_ip6_frag(struct pbuf *packet, struct netif *netif, const ip6_addr_t *destination)
{
    const struct ip6_hdr *ip = packet->payload;
    if (IP6H_NEXTH(ip) == IP_PROTO_UDP) {
        ip_addr_t from, to;
        ip_addr_copy_from_ip6_packed(from, ip->src);
        ip_addr_copy_from_ip6_packed(to, ip->dest);
        fill_udp(packet, IP6_HLEN, &from, &to);
    }
    return __real_ip6_frag(packet, netif, destination);
}
