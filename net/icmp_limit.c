/* A flood of pings does not get the whole machine (hooks.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "hooks.h"

#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip6.h"
#include "lwip/stats.h"

#include "rate_limit.h"

#define INTERVAL_NS 1000000

int icmp_limit_takes(struct pbuf *p)
{
    static uint64_t full_ns;

    if (rate_limit_admits(&full_ns, INTERVAL_NS))
        return 0;
    ICMP_STATS_INC(icmp.drop);
    pbuf_free(p);
    return 1;
}

/* Neighbours' questions and answers are ICMPv6 too. What headers between may hide is not searched
 * for.
 */
static bool is_let_through6(const struct ip6_hdr *ip)
{
    uint8_t header = IP6H_NEXTH(ip), first = *(const uint8_t *)(ip + 1);
    uint8_t protocol = header == IP6_NEXTH_FRAGMENT ? first : header;
    return protocol == IP6_NEXTH_TCP || protocol == IP6_NEXTH_UDP ||
           (header == IP6_NEXTH_ICMP6 && first != ICMP6_TYPE_EREQ);
}

int icmp_limit_takes6(struct pbuf *p)
{
    return p->len > IP6_HLEN && !is_let_through6(p->payload) && icmp_limit_takes(p);
}
