/* A flood of pings does not get the whole machine (hooks.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "hooks.h"

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
