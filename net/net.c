/* The network, driven by hand from one event loop; see net.h.
 *
 *   ip=10.0.0.2/24   a static address; without it DHCP asks for one
 *   gw=10.0.0.1      the router, with a static address
 *   ip6=fd00::2/64   a static IPv6 address, besides the link-local one and what routers advertise
 *   gw6=fd00::1      the IPv6 router, instead of those that advertise themselves
 *   hostname=NAME    what DHCP tells the server (the payload's name)
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "net.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#include "address.h"
#include "cmdline.h"
#include "console.h"
#include "hooks.h"
#include "interrupt.h"
#include "layers.h"
#include "netif_virtio.h"
#include "time.h"
#include "transmit_queue.h"
#include "virtio.h"

#define NS_PER_MS    1000000ull
#define HOSTNAME_MAX 63 /* a label of the DNS (RFC 1035, 2.3.4) */

#define DHCP_PATIENCE_MS 10000 /* then its silence is told */

static struct netif *netif; /* NULL: no NIC */
static ip6_addr_t router6;  /* of gw6=, or :: */

static void set_hostname(void)
{
    static const char allowed[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *name = cmdline_option("hostname");
    netif_set_hostname(netif, name != NULL ? name : payload_name);
    if (name == NULL)
        return;
    size_t length = strspn(name, allowed);
    if (length == 0 || length > HOSTNAME_MAX || name[length] != '\0' || name[0] == '-' ||
        name[length - 1] == '-')
        cmdline_refuse("hostname", name, "web-1");
}

static void dhcp_silent(void *unused)
{
    (void)unused;
    if (!dhcp_supplied_address(netif))
        console_printf("net: no answer from a DHCP server yet; asking on, IPv6 does not wait\n");
}

static void start_ip4(void)
{
    const char *ip = cmdline_option("ip");
    const char *gateway = cmdline_option("gw");
    ip4_addr_t address, mask, router = {0};

    if (ip != NULL && !address_parse4(ip, &address, &mask))
        cmdline_refuse("ip", ip, "10.0.0.2/24");
    if (gateway != NULL && !address_parse4(gateway, &router, NULL))
        cmdline_refuse("gw", gateway, "10.0.0.1");
    if (gateway != NULL && ip == NULL)
        cmdline_refuse("gw", gateway, "10.0.0.1 ip=10.0.0.2/24");
    if (ip != NULL)
        netif_set_addr(netif, &address, &mask, &router);
    else if (dhcp_start(netif) == ERR_OK)
        sys_timeout(DHCP_PATIENCE_MS, dhcp_silent, NULL);
    else
        console_printf("net: no memory for DHCP, IPv6 only\n");
}

static void start_ip6(void)
{
    const char *ip = cmdline_option("ip6");
    const char *gateway = cmdline_option("gw6");
    ip6_addr_t address;

    netif_create_ip6_linklocal_address(netif, 1);
    netif_set_ip6_autoconfig_enabled(netif, 1);
    if (ip != NULL && !address_parse6(ip, true, &address))
        cmdline_refuse("ip6", ip, "fd00::2/64");
    if (gateway != NULL && !address_parse6(gateway, false, &router6))
        cmdline_refuse("gw6", gateway, "fd00::1");
    ip6_addr_assign_zone(&router6, IP6_UNICAST, netif);
    if (ip != NULL)
        netif_add_ip6_address(netif, &address, NULL);
}

const ip6_addr_t *net_router6(void)
{
    return ip6_addr_isany(&router6) ? NULL : &router6;
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
    char text[INET6_ADDRSTRLEN];

    if (!ip4_addr_cmp(netif_ip4_addr(changed), &ip4_said)) {
        ip4_said = *netif_ip4_addr(changed);
        if (ip4_addr_isany_val(ip4_said))
            console_printf("net: ip gone: its lease has ended\n");
        else
            console_printf("net: ip %s/%u\n", ip4addr_ntoa(&ip4_said),
                           prefix_length(netif_ip4_netmask(changed)));
    }
    for (unsigned i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        uint8_t bit = (uint8_t)(1u << i);
        bool usable = ip6_addr_ispreferred(netif_ip6_addr_state(changed, i));
        if (usable && (ip6_said & bit) == 0)
            console_printf("net: ip6 %s\n", inet_ntop(AF_INET6, netif_ip6_addr(changed, i)->addr,
                                                      text, sizeof text));
        ip6_said = (uint8_t)(usable ? ip6_said | bit : ip6_said & ~bit);
    }
}

static void report_nic(void)
{
    unsigned others = 0;
    bool legacy;
    const char *transport = netif_virtio_transport(&legacy);
    while (virtio_find(VIRTIO_ID_NET, others + 1) != NULL)
        others++;
    console_printf("net: %s%s, mac %02x:%02x:%02x:%02x:%02x:%02x, mtu %u\n", transport,
                   legacy ? " legacy" : "", netif->hwaddr[0], netif->hwaddr[1], netif->hwaddr[2],
                   netif->hwaddr[3], netif->hwaddr[4], netif->hwaddr[5], netif->mtu);
    if (others > 0)
        console_printf("net: the first of %u NICs; the others are left alone\n", others + 1);
}

void net_init(void)
{
    lwip_init();
    netif = netif_virtio_add();
    if (netif == NULL) {
        console_printf("net: no NIC that could be used (it must be a virtio-net device): there "
                       "will be no sockets\n");
        return;
    }
    report_nic();
    netif_set_default(netif);
    netif_set_status_callback(netif, report_addresses);
    set_hostname();
    netif_set_up(netif);
    start_ip4();
    start_ip6();
    net_flush();
}

bool net_poll(void)
{
    bool worked = netif != NULL && netif_virtio_poll();
    sys_check_timeouts();
    net_flush();
    return worked;
}

bool net_exists(void)
{
    return netif != NULL;
}

void net_flush(void)
{
    if (netif != NULL)
        netif_virtio_flush();
}

/* A handshake begun is no promise: whoever left it half open may never answer. */
static bool is_owed(const struct tcp_pcb *pcb)
{
    return pcb->state != SYN_RCVD && (pcb->unsent != NULL || pcb->unacked != NULL);
}

bool net_is_sending(void)
{
    const struct tcp_pcb *pcb = tcp_active_pcbs;
    while (pcb != NULL && !is_owed(pcb))
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
    deadline_ns = LWIP_MIN(deadline_ns, transmit_queue_due_ns());
    if (netif_virtio_may_sleep())
        interrupt_wait(deadline_ns);
    netif_virtio_awake();
}
