/* A client's MAC from its SYN, told to lwIP as the ARP reply that it would wait for; see
 * neighbour.h.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "neighbour.h"

#include <stdbool.h>

#include "lwip/etharp.h"
#include "lwip/ip.h"
#include "lwip/prot/iana.h"

#define GROUP_BIT 1 /* of a MAC's first byte (IEEE 802) */

static bool is_wanted(struct netif *netif, const ip4_addr_t *sender)
{
    struct eth_addr *mac;
    const ip4_addr_t *address;
    return ip4_addr_netcmp(sender, netif_ip4_addr(netif), netif_ip4_netmask(netif)) &&
           !ip4_addr_cmp(sender, netif_ip4_addr(netif)) &&
           etharp_find_addr(netif, sender, &mac, &address) < 0;
}

void neighbour_learn_sender(void)
{
    struct netif *netif = ip_current_input_netif();
    if (ip_current_is_v6() || !is_wanted(netif, ip4_current_src_addr()))
        return;
    // The Ethernet header still stands before that of IP: lwIP only moves a pointer.
    const struct eth_hdr *frame =
        (const void *)((const char *)ip4_current_header() - SIZEOF_ETH_HDR);
    if (frame->src.addr[0] & GROUP_BIT)
        return;
    struct pbuf *reply = pbuf_alloc(PBUF_RAW, SIZEOF_ETHARP_HDR, PBUF_RAM);
    if (reply == NULL)
        return; // then lwIP asks
    struct etharp_hdr *arp = reply->payload;
    *arp = (struct etharp_hdr){
        .hwtype = PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET),
        .proto = PP_HTONS(ETHTYPE_IP),
        .hwlen = ETH_HWADDR_LEN,
        .protolen = sizeof(ip4_addr_t),
        .opcode = PP_HTONS(ARP_REPLY),
        .shwaddr = frame->src,
        .dhwaddr = frame->dest,
    };
    IPADDR_WORDALIGNED_COPY_FROM_IP4_ADDR_T(&arp->sipaddr, ip4_current_src_addr());
    IPADDR_WORDALIGNED_COPY_FROM_IP4_ADDR_T(&arp->dipaddr, netif_ip4_addr(netif));
    etharp_input(reply, netif);
}
