/* The network, driven by hand from one event loop; see net.h.
 *
 *   ip=10.0.0.2/24   a static address; without it DHCP asks for one
 *   gw=10.0.0.1      the router, with a static address
 *   hostname=NAME    what DHCP tells the server
 *
 * IPv6 is there always: a link-local address, and what routers advertise.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "net.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#include "cmdline.h"
#include "console.h"
#include "interrupt.h"
#include "layers.h"
#include "netif_virtio.h"
#include "panic.h"
#include "time.h"

#define NS_PER_MS       1000000ull
#define EXIT_BAD_OPTION 2
#define IPV4_TEXT_BYTES sizeof "255.255.255.255"

static struct netif *netif; /* NULL: no NIC */

static _Noreturn void bad_option(const char *name, const char *value, const char *example)
{
    console_printf("net: %s=%s is no address; write it like %s=%s\n", name, value, name, example);
    machine_exit(EXIT_BAD_OPTION);
}

/* "10.0.0.2/24"; the prefix length may be missing, then it is 24. */
static bool parse_address(const char *text, ip4_addr_t *address, ip4_addr_t *mask)
{
    char host[IPV4_TEXT_BYTES];
    size_t length = strcspn(text, "/");
    unsigned long prefix = 24;
    if (length >= sizeof host)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    if (text[length] == '/') {
        char *end;
        prefix = strtoul(text + length + 1, &end, 10);
        if (end == text + length + 1 || *end != '\0' || prefix < 1 || prefix > 32)
            return false;
    }
    ip4_addr_set_u32(mask, lwip_htonl(UINT32_MAX << (32 - prefix)));
    return ip4addr_aton(host, address) != 0;
}

static void start_addresses(void)
{
    const char *ip = cmdline_option("ip");
    const char *gateway = cmdline_option("gw");
    const char *hostname = cmdline_option("hostname");
    ip4_addr_t address, mask, router = {0};

    if (hostname != NULL)
        netif_set_hostname(netif, hostname);
    if (ip != NULL && !parse_address(ip, &address, &mask))
        bad_option("ip", ip, "10.0.0.2/24");
    if (gateway != NULL && !ip4addr_aton(gateway, &router))
        bad_option("gw", gateway, "10.0.0.1");
    if (ip != NULL)
        netif_set_addr(netif, &address, &mask, &router);
    netif_create_ip6_linklocal_address(netif, 1);
    netif_set_ip6_autoconfig_enabled(netif, 1);
    netif_set_up(netif);
    if (ip == NULL && dhcp_start(netif) != ERR_OK)
        console_printf("net: no memory for DHCP, IPv6 only\n");
}

static unsigned prefix_length(const ip4_addr_t *mask)
{
    return (unsigned)__builtin_popcount(ip4_addr_get_u32(mask));
}

/* Says each address once, when it becomes usable. */
static void report_addresses(struct netif *changed)
{
    static ip4_addr_t ip4_said;
    static uint8_t ip6_said;

    if (!ip4_addr_cmp(netif_ip4_addr(changed), &ip4_said)) {
        ip4_said = *netif_ip4_addr(changed);
        console_printf("net: ip %s/%u\n", ip4addr_ntoa(&ip4_said),
                       prefix_length(netif_ip4_netmask(changed)));
    }
    for (unsigned i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        uint8_t bit = (uint8_t)(1u << i);
        bool usable = ip6_addr_ispreferred(netif_ip6_addr_state(changed, i));
        if (usable && (ip6_said & bit) == 0)
            console_printf("net: ip6 %s\n", ip6addr_ntoa(netif_ip6_addr(changed, i)));
        ip6_said = (uint8_t)(usable ? ip6_said | bit : ip6_said & ~bit);
    }
}

static void report_nic(void)
{
    console_printf("net: %s, mac %02x:%02x:%02x:%02x:%02x:%02x, mtu %u\n", netif_virtio_transport(),
                   netif->hwaddr[0], netif->hwaddr[1], netif->hwaddr[2], netif->hwaddr[3],
                   netif->hwaddr[4], netif->hwaddr[5], netif->mtu);
}

void net_init(void)
{
    lwip_init();
    netif = netif_virtio_add();
    if (netif == NULL) {
        console_printf("net: no network device, going on without\n");
        return;
    }
    report_nic();
    netif_set_default(netif);
    netif_set_status_callback(netif, report_addresses);
    start_addresses();
    net_flush();
}

bool net_poll(void)
{
    bool worked = netif != NULL && netif_virtio_poll();
    sys_check_timeouts();
    net_flush();
    return worked;
}

void net_flush(void)
{
    if (netif != NULL)
        netif_virtio_flush();
}

bool net_is_sending(void)
{
    const struct tcp_pcb *pcb = tcp_active_pcbs;
    while (pcb != NULL && pcb->unsent == NULL && pcb->unacked == NULL)
        pcb = pcb->next;
    return pcb != NULL;
}

/* When lwIP's next timer is due. Its clock counts whole milliseconds: so do we, or we would wake
 * just before it ticks.
 */
static uint64_t next_timer_ns(void)
{
    uint32_t sleep_ms = sys_timeouts_sleeptime();
    if (sleep_ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE)
        return INTERRUPT_NO_DEADLINE;
    return (time_monotonic_ns() / NS_PER_MS + sleep_ms) * NS_PER_MS;
}

void net_wait(uint64_t deadline_ns)
{
    uint64_t timer_ns = next_timer_ns();
    if (timer_ns < deadline_ns)
        deadline_ns = timer_ns;
    if (netif == NULL) {
        interrupt_wait(deadline_ns);
        return;
    }
    net_flush();
    if (netif_virtio_may_sleep())
        interrupt_wait(deadline_ns);
    netif_virtio_awake();
}
