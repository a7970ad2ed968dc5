/* Reports of work, memory and losses (net_report.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "net_report.h"

#include <stdlib.h>

#include "lwip/stats.h"
#include "lwip/timeouts.h"

#include "cmdline.h"
#include "console.h"
#include "interrupt.h"
#include "memory.h"
#include "netif_virtio.h"
#include "pools.h"
#include "receive_buffer.h"
#include "slab.h"
#include "tcp_time_wait.h"
#include "transmit_queue.h"

#define BYTES_PER_KIB 1024
#define MS_PER_S      1000u
#define INTERVAL_MAX  86400 /* s */

struct net_drops net_drops;

static void say(const char *name, uint64_t value)
{
    console_printf(" %s=%lu", name, value);
}

static void say_memory(void)
{
    const struct slab_cache *pcbs = memp_pool(MEMP_TCP_PCB);

    say("free_kib", memory_free_bytes() / BYTES_PER_KIB);
    say("pools_kib", slab_taken_bytes() / BYTES_PER_KIB);
    say("pools_unused_kib", slab_reserve_bytes() / BYTES_PER_KIB);
    say("connections", pcbs->used);
    say("connections_peak", pcbs->peak);
    say("time_wait", tcp_time_wait_count());
}

static void say_work(void)
{
    say("received", receive_counters.frames);
    say("sent", transmit_counters.frames);
    say("received_copied", receive_counters.copied);
    say("sent_copied", transmit_counters.copied);
    netif_virtio_report(say);
    say("interrupts", interrupt_counters.taken);
    say("halts", interrupt_counters.halts);
    say("timers", interrupt_counters.timers);
}

static void say_drops(void)
{
    say("socket_full", net_drops.socket_full);
    say("backlog_full", net_drops.backlog_full);
    say("half_open_full", net_drops.half_open_full);
    say("out_of_window", net_drops.out_of_window);
    say("connections_refused", memp_pool(MEMP_TCP_PCB)->failures);
    say("nic_malformed", receive_counters.malformed);
    say("nic_no_memory", receive_counters.no_memory);
    say("nic_refused", transmit_counters.refused);
    say("arp_dropped", lwip_stats.etharp.drop); /* and ethertypes that are nobody's */
    say("ip_dropped", lwip_stats.ip.drop + lwip_stats.ip6.drop);
    say("fragments_dropped", lwip_stats.ip_frag.drop + lwip_stats.ip6_frag.drop);
    say("icmp_dropped", lwip_stats.icmp.drop + lwip_stats.icmp6.drop);
    say("udp_dropped", lwip_stats.udp.drop);
    say("tcp_dropped", lwip_stats.tcp.drop);
    say("tcp_no_memory", lwip_stats.tcp.memerr);
    say("checksums_wrong", lwip_stats.ip.chkerr + lwip_stats.tcp.chkerr + lwip_stats.udp.chkerr);
}

static void report(void)
{
    console_printf("stats:");
    say_memory();
    say_work();
    say_drops();
    console_printf("\n");
}

static void report_again(void *interval_ms)
{
    report();
    sys_timeout((uint32_t)(uintptr_t)interval_ms, report_again, interval_ms);
}

void net_report_init(void)
{
    const char *text = cmdline_option("stats");
    char *end;

    if (!text)
        return;
    unsigned long seconds = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || seconds > INTERVAL_MAX)
        cmdline_refuse("stats", text, "5");
    if (seconds > 0)
        sys_timeout((uint32_t)seconds * MS_PER_S, report_again, (void *)(seconds * MS_PER_S));
}

void net_report_end(void)
{
    if (cmdline_option("stats"))
        report();
}
