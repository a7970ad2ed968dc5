/* Steps of a packet through the netif and lwIP. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <arpa/inet.h>
#include <stddef.h>

#include "lwip/ip.h"
#include "lwip/pbuf.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"

#include "receive_buffer.h"
#include "transmit_queue.h"

TRACE_WRAP(struct pbuf *, receive_buffer_next, bool *checked)
{
    struct pbuf *frame = __real_receive_buffer_next(checked);

    if (frame)
        trace_step("netif", "received a frame of %u bytes%s", frame->tot_len,
                   *checked ? ", its checksum is good" : "");
    return frame;
}

TRACE_WRAP(err_t, transmit_queue_add, struct netif *netif, struct pbuf *frame)
{
    trace_step("netif", "sends a frame of %u bytes", frame->tot_len);
    return __real_transmit_queue_add(netif, frame);
}

/* "TCP 40000 > 80, SA": ports, and the flags that matter. Transport headers begin alike. */
static void trace_transport(const char *step, const char *from, const char *to, unsigned protocol,
                            const struct pbuf *packet, unsigned offset)
{
    struct tcp_hdr header;

    if (protocol == IP_PROTO_TCP &&
        pbuf_copy_partial(packet, &header, TCP_HLEN, (u16_t)offset) == TCP_HLEN)
        trace_step("lwIP", "%s: TCP from %s port %u to %s port %u%s%s%s%s, %u bytes", step, from,
                   lwip_ntohs(header.src), to, lwip_ntohs(header.dest),
                   TCPH_FLAGS(&header) & TCP_SYN ? ", SYN" : "",
                   TCPH_FLAGS(&header) & TCP_FIN ? ", FIN" : "",
                   TCPH_FLAGS(&header) & TCP_RST ? ", RST" : "",
                   TCPH_FLAGS(&header) & TCP_ACK ? ", ACK" : "",
                   packet->tot_len - offset - TCPH_HDRLEN_BYTES(&header));
    else if (protocol == IP_PROTO_UDP &&
             pbuf_copy_partial(packet, &header, UDP_HLEN, (u16_t)offset) == UDP_HLEN)
        trace_step("lwIP", "%s: UDP from %s port %u to %s port %u, %u bytes", step, from,
                   lwip_ntohs(header.src), to, lwip_ntohs(header.dest),
                   packet->tot_len - offset - UDP_HLEN);
    else
        trace_step("lwIP", "%s: protocol %u from %s to %s", step, protocol, from, to);
}

static void trace_ip4(const char *step, const ip4_addr_t *from, const ip4_addr_t *to,
                      unsigned protocol, const struct pbuf *packet, unsigned offset)
{
    char from_text[IP4ADDR_STRLEN_MAX], to_text[IP4ADDR_STRLEN_MAX];

    ip4addr_ntoa_r(from, from_text, sizeof from_text);
    ip4addr_ntoa_r(to, to_text, sizeof to_text);
    trace_transport(step, from_text, to_text, protocol, packet, offset);
}

static void trace_ip6(const char *step, const ip6_addr_t *from, const ip6_addr_t *to,
                      unsigned protocol, const struct pbuf *packet, unsigned offset)
{
    char from_text[INET6_ADDRSTRLEN], to_text[INET6_ADDRSTRLEN];

    inet_ntop(AF_INET6, from->addr, from_text, sizeof from_text);
    inet_ntop(AF_INET6, to->addr, to_text, sizeof to_text);
    trace_transport(step, from_text, to_text, protocol, packet, offset);
}

TRACE_WRAP(err_t, ip4_input, struct pbuf *packet, struct netif *netif)
{
    const struct ip_hdr *header = packet->payload;
    ip4_addr_t from, to;

    if (packet->len >= IP_HLEN) {
        ip4_addr_copy(from, header->src);
        ip4_addr_copy(to, header->dest);
        trace_ip4("IPv4 in", &from, &to, IPH_PROTO(header), packet, IPH_HL_BYTES(header));
    }
    return __real_ip4_input(packet, netif);
}

TRACE_WRAP(err_t, ip6_input, struct pbuf *packet, struct netif *netif)
{
    const struct ip6_hdr *header = packet->payload;
    ip6_addr_t from, to;

    if (packet->len >= IP6_HLEN) {
        ip6_addr_copy_from_packed(from, header->src);
        ip6_addr_copy_from_packed(to, header->dest);
        trace_ip6("IPv6 in", &from, &to, IP6H_NEXTH(header), packet, IP6_HLEN);
    }
    return __real_ip6_input(packet, netif);
}

TRACE_WRAP(err_t, ip4_output_if, struct pbuf *packet, const ip4_addr_t *from, const ip4_addr_t *to,
           u8_t ttl, u8_t tos, u8_t protocol, struct netif *netif)
{
    if (from && to)
        trace_ip4("IPv4 out", from, to, protocol, packet, 0);
    return __real_ip4_output_if(packet, from, to, ttl, tos, protocol, netif);
}

TRACE_WRAP(err_t, ip6_output_if, struct pbuf *packet, const ip6_addr_t *from, const ip6_addr_t *to,
           u8_t hop_limit, u8_t traffic_class, u8_t protocol, struct netif *netif)
{
    if (from && to)
        trace_ip6("IPv6 out", from, to, protocol, packet, 0);
    return __real_ip6_output_if(packet, from, to, hop_limit, traffic_class, protocol, netif);
}

TRACE_WRAP(void, etharp_input, struct pbuf *packet, struct netif *netif)
{
    trace_step("lwIP", "ARP in");
    __real_etharp_input(packet, netif);
}
