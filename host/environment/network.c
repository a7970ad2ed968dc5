/* The study's network; see network.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BRIDGE      "br0"
#define SERVER_LINK "eth0" /* what a container finds */

enum {
    FIRST_SERVER = 2,   /* 10.0.0.2 */
    SERVER_COUNT = 200, /* then the addresses are used again */
    FIRST_CLIENT = 240, /* 10.0.0.241 is the client's second */
    BOOT_QUEUE_FRAMES = 4,
    QUEUE_FRAMES = 1000,
};

static const uint8_t bridge_mac[MAC_BYTES] = {0x52, 0x54, 0x00, 0x00, 0x00, 0x01};

// A setting that an older kernel does not know is left as it is.
static void set_sysctl(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, value, strlen(value)) < 0)
        fprintf(stderr, "thrice: %s stays as it is: %s\n", path, strerror(errno));
    close(fd);
}

static const char *const congestion_controls[] = {"cubic", "reno", NULL};

bool network_may_choose(const char *congestion_control)
{
    for (const char *const *choice = congestion_controls; *choice; choice++)
        if (strcmp(*choice, congestion_control) == 0)
            return true;
    return false;
}

// A host may prefer one that paces what it sends, as bbr does; and another host another. Ours is
// the kernel's own default, or the one that no host forbids. Tells which it is.
static void choose_congestion_control(char name[CONGESTION_CONTROL_BYTES])
{
    static const char path[] = "/proc/sys/net/ipv4/tcp_congestion_control";
    bool chosen = false;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    name[0] = '\0';
    if (fd < 0)
        return;
    for (const char *const *choice = congestion_controls; *choice && !chosen; choice++)
        chosen = pwrite(fd, *choice, strlen(*choice), 0) > 0;
    ssize_t length = pread(fd, name, CONGESTION_CONTROL_BYTES - 1, 0);
    close(fd);
    name[length > 0 ? length : 0] = '\0';
    name[strcspn(name, "\n")] = '\0';
}

static void widen_limits(void)
{
    set_sysctl("/proc/sys/net/ipv4/ip_local_port_range", "1024 65535");
    set_sysctl("/proc/sys/net/ipv4/tcp_tw_reuse", "1");
    set_sysctl("/proc/sys/net/core/somaxconn", "65535");
    set_sysctl("/proc/sys/net/ipv4/tcp_max_syn_backlog", "65535");
}

static struct in_addr address_of_host(unsigned int host)
{
    struct in_addr address;
    inet_pton(AF_INET, NETWORK_CLIENT_ADDRESS, &address);
    address.s_addr = htonl((ntohl(address.s_addr) & ~0xffU) | host);
    return address;
}

struct in_addr network_client(unsigned int number)
{
    return address_of_host(number == 0 ? 1 : FIRST_CLIENT + number);
}

static int add_clients(struct netlink *netlink, struct error *error)
{
    for (unsigned int i = 0; i < NETWORK_CLIENTS; i++)
        if (netlink_add_address(netlink, BRIDGE, network_client(i), NETWORK_PREFIX_BITS, error) < 0)
            return -1;
    return 0;
}

int network_create(struct network *network, struct error *error)
{
    struct netlink *netlink = &network->netlink;

    network->ports_made = 0;
    if (netlink_open(netlink, error) < 0)
        return -1;
    if (netlink_set_up(netlink, "lo", error) < 0 ||
        netlink_add_bridge(netlink, BRIDGE, bridge_mac, error) < 0 ||
        netlink_set_up(netlink, BRIDGE, error) < 0 || add_clients(netlink, error) < 0) {
        netlink_close(netlink);
        return -1;
    }
    // The ends of the bridge have no addresses: they are not to announce any, into a short queue.
    set_sysctl("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
    widen_limits();
    choose_congestion_control(network->congestion_control);
    return 0;
}

void network_destroy(struct network *network)
{
    netlink_close(&network->netlink);
}

static void set_address(struct network_port *port, struct in_addr address)
{
    port->address = address;
    inet_ntop(AF_INET, &port->address, port->address_text, sizeof port->address_text);
}

static void name_port(struct network *network, struct network_port *port, const char *kind)
{
    unsigned int number = network->ports_made++;
    unsigned int host = FIRST_SERVER + number % SERVER_COUNT;
    memset(port, 0, sizeof *port);
    port->tap_fd = -1;
    port->netns_fd = -1;
    snprintf(port->name, sizeof port->name, "%s%u", kind, number);
    set_address(port, address_of_host(host));
    memcpy(port->mac, bridge_mac, MAC_BYTES);
    port->mac[MAC_BYTES - 1] = (uint8_t)host;
}

static int join_bridge(struct network *network, const struct network_port *port,
                       struct error *error)
{
    struct netlink *netlink = &network->netlink;
    if (netlink_set_master(netlink, port->name, BRIDGE, error) < 0 ||
        netlink_set_up(netlink, port->name, error) < 0)
        return -1;
    return netlink_set_neighbour(netlink, BRIDGE, port->address, port->mac, error);
}

// A server that boots has not been heard yet, and what is for it would go to all ports: others
// would be woken by it.
static int expect_server(struct network *network, const struct network_port *port,
                         struct error *error)
{
    return netlink_set_forwarding(&network->netlink, port->name, port->mac, error);
}

struct arp_request {
    struct ether_header ethernet;
    struct ether_arp arp;
} __attribute__((packed));

static int send_from_bridge(const void *frame, size_t length)
{
    const struct sockaddr_ll bridge = {.sll_family = AF_PACKET,
                                       .sll_ifindex = (int)if_nametoindex(BRIDGE),
                                       .sll_halen = MAC_BYTES};
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    ssize_t sent = sendto(fd, frame, length, 0, (const struct sockaddr *)&bridge, sizeof bridge);
    close(fd);
    return sent == (ssize_t)length ? 0 : -1;
}

// The first frame that a guest finds is the client's question for its MAC, from which it knows the
// client's. Else it would ask, and where its short queue is full as the answer comes, again only
// after a second. It is sent twice: QEMU takes one frame off the tap before the guest has said what
// frames it wants, and gives it that one spoiled.
static int introduce_client(const struct network_port *port, struct error *error)
{
    const struct in_addr client = network_client(0);
    struct arp_request request = {
        .ethernet.ether_type = htons(ETHERTYPE_ARP),
        .arp.ea_hdr = {.ar_hrd = htons(ARPHRD_ETHER),
                       .ar_pro = htons(ETHERTYPE_IP),
                       .ar_hln = MAC_BYTES,
                       .ar_pln = sizeof client,
                       .ar_op = htons(ARPOP_REQUEST)},
    };
    memcpy(request.ethernet.ether_dhost, port->mac, MAC_BYTES);
    memcpy(request.ethernet.ether_shost, bridge_mac, MAC_BYTES);
    memcpy(request.arp.arp_sha, bridge_mac, MAC_BYTES);
    memcpy(request.arp.arp_spa, &client, sizeof client);
    memcpy(request.arp.arp_tpa, &port->address, sizeof port->address);
    if (send_from_bridge(&request, sizeof request) < 0 ||
        send_from_bridge(&request, sizeof request) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "sending a frame to %s", port->name);
    return 0;
}

// What is to be done where guests get no tap.
static const char *tun_remedy(int failure)
{
    if (failure == EACCES)
        return "run as root, or let everybody use it, as most hosts do: "
               "sudo chmod 0666 /dev/net/tun";
    if (failure == EPERM)
        return "this container is not given it: start it with --device /dev/net/tun";
    return "load the kernel's module: sudo modprobe tun";
}

static int open_tun(struct error *error)
{
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(error, EXIT_LACKING, errno,
                               "guests need /dev/net/tun (%s; or leave them out: --in "
                               "native,container)",
                               tun_remedy(errno));
    return fd;
}

int network_check_tap(struct error *error)
{
    int fd = open_tun(error);
    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

static int open_tap(const char *name, struct error *error)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    int fd = open_tun(error);
    if (fd < 0)
        return -1;
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    if (ioctl(fd, TUNSETIFF, &request) < 0) {
        error_set_errno(error, EXIT_LACKING, errno, "creating tap %s", name);
        close(fd);
        return -1;
    }
    return fd;
}

int network_add_tap(struct network *network, struct network_port *port, struct error *error)
{
    return network_add_tap_at(network, port, (struct in_addr){0}, error);
}

int network_add_tap_at(struct network *network, struct network_port *port, struct in_addr address,
                       struct error *error)
{
    name_port(network, port, "tap");
    if (address.s_addr)
        set_address(port, address);
    port->tap_fd = open_tap(port->name, error);
    if (port->tap_fd < 0)
        return -1;
    if (netlink_set_queue_length(&network->netlink, port->name, BOOT_QUEUE_FRAMES, error) < 0 ||
        join_bridge(network, port, error) < 0 || expect_server(network, port, error) < 0 ||
        introduce_client(port, error) < 0) {
        network_remove_port(network, port);
        return -1;
    }
    return 0;
}

int network_add_second_tap(struct network *network, struct network_port *port,
                           const struct network_port *first, struct error *error)
{
    *port = *first;
    snprintf(port->name, sizeof port->name, "tap%u", network->ports_made++);
    port->tap_fd = open_tap(port->name, error);
    if (port->tap_fd < 0)
        return -1;
    if (join_bridge(network, port, error) < 0) {
        network_remove_port(network, port);
        return -1;
    }
    return 0;
}

int network_release_tap(struct network_port *port, struct error *error)
{
    int kept = ioctl(port->tap_fd, TUNSETPERSIST, 1);
    int saved = errno;
    close(port->tap_fd);
    port->tap_fd = -1;
    return kept == 0 ? 0 : error_set_errno(error, EXIT_FAILED, saved, "keeping %s", port->name);
}

// Moves the process to the namespace, or to a new one (-1); returns the descriptor of the old one.
static int enter_netns(int netns_fd, struct error *error)
{
    int old = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (old < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "/proc/self/ns/net");
    if ((netns_fd < 0 ? unshare(CLONE_NEWNET) : setns(netns_fd, CLONE_NEWNET)) < 0) {
        error_set_errno(error, EXIT_LACKING, errno, "%s a network namespace",
                        netns_fd < 0 ? "making" : "entering");
        close(old);
        return -1;
    }
    return old;
}

// Makes the port's namespace that of a server, with limits as wide as the client's, and opens a way
// to configure it. A port that has none yet gets a new one.
static int open_netns(struct network_port *port, struct netlink *inside, struct error *error)
{
    int old = enter_netns(port->netns_fd, error);
    if (old < 0)
        return -1;
    if (port->netns_fd < 0)
        port->netns_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    widen_limits();
    choose_congestion_control(port->congestion_control);
    int opened = netlink_open(inside, error);
    if (setns(old, CLONE_NEWNET) < 0)
        opened = error_set_errno(error, EXIT_FAILED, errno, "returning to the study's network");
    close(old);
    return port->netns_fd < 0 ? -1 : opened;
}

static int configure_inside(struct netlink *inside, const struct network_port *port,
                            struct error *error)
{
    if (netlink_set_up(inside, "lo", error) < 0 || netlink_set_up(inside, SERVER_LINK, error) < 0 ||
        netlink_add_address(inside, SERVER_LINK, port->address, NETWORK_PREFIX_BITS, error) < 0)
        return -1;
    for (unsigned int i = 0; i < NETWORK_CLIENTS; i++)
        if (netlink_set_neighbour(inside, SERVER_LINK, network_client(i), bridge_mac, error) < 0)
            return -1;
    return 0;
}

// Gives the port's namespace its link, whose other end leads nowhere yet.
static int add_link(struct network *network, struct network_port *port, struct error *error)
{
    struct netlink inside = {0};
    int result = open_netns(port, &inside, error);
    if (result == 0)
        result = netlink_add_veth(&network->netlink, port->name, SERVER_LINK, port->mac,
                                  port->netns_fd, error);
    if (result == 0)
        result = configure_inside(&inside, port, error);
    netlink_close(&inside);
    return result;
}

// Connects the port's namespace to the bridge; a failure removes the port.
static int connect_netns(struct network *network, struct network_port *port, struct error *error)
{
    int result = add_link(network, port, error);
    if (result == 0)
        result = join_bridge(network, port, error);
    if (result == 0)
        result = expect_server(network, port, error);
    if (result < 0)
        network_remove_port(network, port);
    return result;
}

int network_add_veth(struct network *network, struct network_port *port, struct error *error)
{
    name_port(network, port, "veth");
    return connect_netns(network, port, error);
}

int network_add_second_veth(struct network *network, struct network_port *port,
                            const struct network_port *first, struct error *error)
{
    *port = *first;
    snprintf(port->name, sizeof port->name, "veth%u", network->ports_made++);
    port->netns_fd = -1;
    if (add_link(network, port, error) == 0 &&
        netlink_set_up(&network->netlink, port->name, error) == 0)
        return 0;
    network_remove_port(network, port);
    return -1;
}

int network_take_over(struct network *network, const struct network_port *port,
                      struct network_port *first, struct error *error)
{
    network_remove_port(network, first);
    return join_bridge(network, port, error) < 0 ? -1 : expect_server(network, port, error);
}

int network_move_veth(struct network *network, struct network_port *port, int netns_fd,
                      struct error *error)
{
    if (netlink_delete_link(&network->netlink, port->name, error) < 0) {
        close(netns_fd);
        return -1;
    }
    close(port->netns_fd);
    port->netns_fd = netns_fd;
    return connect_netns(network, port, error);
}

int network_port_boots(struct network *network, const struct network_port *port,
                       struct error *error)
{
    return netlink_set_queue_length(&network->netlink, port->name, BOOT_QUEUE_FRAMES, error);
}

int network_port_ready(struct network *network, const struct network_port *port,
                       struct error *error)
{
    if (port->netns_fd >= 0)
        return 0;
    return netlink_set_queue_length(&network->netlink, port->name, QUEUE_FRAMES, error);
}

void network_remove_port(struct network *network, struct network_port *port)
{
    struct error ignored; // it may be gone with its namespace or its reader
    if (port->name[0] == '\0')
        return;
    netlink_delete_link(&network->netlink, port->name, &ignored);
    if (port->tap_fd >= 0)
        close(port->tap_fd);
    if (port->netns_fd >= 0)
        close(port->netns_fd);
    memset(port, 0, sizeof *port);
}
