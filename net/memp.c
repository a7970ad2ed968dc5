/* lwIP's memory pools (lwip/memp.h), in place of its core/memp.c: one object cache for each
 * kind of object, taking pages as they are needed instead of arrays fixed at build time.
 *
 * TCP pcbs are special: each is part of a struct tcp_connection of the demultiplexer's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "pools.h"

/* Everything whose size memp_std.h asks for. */
#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/mld6.h"
#include "lwip/pbuf.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"

#include "heap.h"
#include "net_limits.h"
#include "slab.h"
#include "tcp_demux.h"

static struct slab_cache pools[MEMP_MAX];

static const uint16_t pool_object_bytes[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, number, size, description) size,
#include "lwip/priv/memp_std.h"
};

const struct slab_cache *memp_pool(memp_t type)
{
    return &pools[type];
}

void memp_init(void)
{
    net_limits_init();
    heap_init();
    for (int type = 0; type < MEMP_MAX; type++)
        slab_cache_init(&pools[type], pool_object_bytes[type], 0);
    slab_cache_init(&pools[MEMP_TCP_PCB], sizeof(struct tcp_connection), net_limits.connections);
    tcp_demux_init();
}

void *memp_malloc(memp_t type)
{
    void *object = slab_alloc(&pools[type]);

    if (type == MEMP_TCP_PCB && object)
        return tcp_demux_attach(object);
    return object;
}

void memp_free(memp_t type, void *object)
{
    if (!object)
        return;
    if (type == MEMP_TCP_PCB)
        object = tcp_demux_detach(object);
    slab_free(object);
}
