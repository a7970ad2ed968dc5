/* Reports of memory and losses (net_report.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "net_report.h"

#include <stdint.h>
#include <stdlib.h>

#include "lwip/stats.h"
#include "lwip/timeouts.h"

#include "cmdline.h"
#include "console.h"
#include "memory.h"
#include "netif_virtio.h"
#include "pools.h"
#include "slab.h"
#include "tcp_time_wait.h"

#define BYTES_PER_KIB 1024

static void report(void *interval_ms)
{
    const struct slab_cache *pcbs = memp_pool(MEMP_TCP_PCB);

    console_printf("stats: free %lu KiB, pools %lu KiB (unused %lu), connections %u (peak %u), "
                   "time-wait %u, refused %u, tcp drops %u errors %u, udp drops %u\n",
                   memory_free_bytes() / BYTES_PER_KIB, slab_taken_bytes() / BYTES_PER_KIB,
                   slab_reserve_bytes() / BYTES_PER_KIB, pcbs->used, pcbs->peak,
                   tcp_time_wait_count(), pcbs->failures, lwip_stats.tcp.drop,
                   lwip_stats.tcp.chkerr + lwip_stats.tcp.memerr, lwip_stats.udp.drop);
    netif_virtio_report();
    sys_timeout((uint32_t)(uintptr_t)interval_ms, report, interval_ms);
}

void net_report_init(void)
{
    const char *seconds = cmdline_option("stats");
    unsigned long interval_ms = seconds ? strtoul(seconds, NULL, 10) * 1000 : 0;

    if (interval_ms > 0)
        sys_timeout((uint32_t)interval_ms, report, (void *)interval_ms);
}
