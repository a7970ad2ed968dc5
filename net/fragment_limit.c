/* Bounds of fragments that lwIP lacks: beyond each of them a single packet ends the guest or hangs
 * it.
 *
 * These functions are ours wherever lwIP calls them (Makefile). A fragment that is refused is
 * dropped and counted, as one that lwIP has no room for.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lwip/ip.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/nd6.h"
#include "lwip/stats.h"

struct pbuf *__real_ip4_reass(struct pbuf *fragment);
struct pbuf *__wrap_ip4_reass(struct pbuf *fragment);
struct pbuf *__real_ip6_reass(struct pbuf *fragment);
struct pbuf *__wrap_ip6_reass(struct pbuf *fragment);
u16_t __real_nd6_get_destination_mtu(const ip6_addr_t *destination, struct netif *netif);
u16_t __wrap_nd6_get_destination_mtu(const ip6_addr_t *destination, struct netif *netif);

/* Without bytes it would be an empty pbuf at the end of a chain, where lwIP takes the one before
 * for the packet's last; behind the last byte that a packet can have it would make lengths wrap.
 */
struct pbuf *__wrap_ip4_reass(struct pbuf *fragment)
{
    u16_t offset = IPH_OFFSET_BYTES((const struct ip_hdr *)fragment->payload);

    if (fragment->tot_len > IP_HLEN && offset + fragment->tot_len <= UINT16_MAX)
        return __real_ip4_reass(fragment);
    IPFRAG_STATS_INC(ip_frag.drop);
    pbuf_free(fragment);
    return NULL;
}

/* The same of IPv6, of whose packets lwIP counts the length with the header, in 16 bits. Headers
 * between that and the fragment's would add to it, and nobody sends them; a fragment within what
 * fragments have made is refused with them, as the IP header that lwIP has is another's.
 */
struct pbuf *__wrap_ip6_reass(struct pbuf *fragment)
{
    const struct ip6_frag_hdr *header = fragment->payload;
    u16_t offset = lwip_ntohs(header->_fragment_offset) & IP6_FRAG_OFFSET_MASK;

    if ((const char *)header - (const char *)ip6_current_header() == IP6_HLEN &&
        fragment->tot_len > IP6_FRAG_HLEN &&
        offset + fragment->tot_len <= UINT16_MAX - IP6_HLEN + IP6_FRAG_HLEN)
        return __real_ip6_reass(fragment);
    IP6_FRAG_STATS_INC(ip6_frag.drop);
    pbuf_free(fragment);
    return NULL;
}

/* No path of IPv6 has less than 1280 bytes (RFC 8201, 4), whatever a "packet too big" says:
 * fragments of no bytes would never end.
 */
u16_t __wrap_nd6_get_destination_mtu(const ip6_addr_t *destination, struct netif *netif)
{
    u16_t mtu = __real_nd6_get_destination_mtu(destination, netif);

    return LWIP_MAX(mtu, IP6_MIN_MTU_LENGTH);
}
