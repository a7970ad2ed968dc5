/* rtnetlink by libmnl; see netlink.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <string.h>
#include <sys/socket.h>

enum {
    MESSAGE_BYTES = 1024,
    REPLY_BYTES = 8192, // a link with all its statistics
};

int netlink_open(struct netlink *netlink, struct error *error)
{
    netlink->sequence = 0;
    netlink->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (!netlink->socket)
        return error_set_errno(error, EXIT_LACKING, errno, "opening rtnetlink");
    if (mnl_socket_bind(netlink->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        error_set_errno(error, EXIT_LACKING, errno, "binding rtnetlink");
        netlink_close(netlink);
        return -1;
    }
    return 0;
}

void netlink_close(struct netlink *netlink)
{
    if (netlink->socket)
        mnl_socket_close(netlink->socket);
    netlink->socket = NULL;
}

static struct nlmsghdr *start_request(char *buffer, uint16_t type, uint16_t flags)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    return header;
}

// Sends one request and waits for the kernel's acknowledgement.
static int ask(struct netlink *netlink, struct nlmsghdr *header, struct error *error,
               const char *what, const char *name)
{
    char reply[MESSAGE_BYTES];
    header->nlmsg_seq = ++netlink->sequence;
    if (mnl_socket_sendto(netlink->socket, header, header->nlmsg_len) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "%s %s", what, name);
    ssize_t length;
    do
        length = mnl_socket_recvfrom(netlink->socket, reply, sizeof reply);
    while (length < 0 && errno == EINTR);
    if (length < 0 || mnl_cb_run(reply, (size_t)length, netlink->sequence,
                                 mnl_socket_get_portid(netlink->socket), NULL, NULL) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "%s %s", what, name);
    return 0;
}

static struct ifinfomsg *put_link(struct nlmsghdr *header, const char *name)
{
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(header, sizeof *link);
    link->ifi_family = AF_UNSPEC;
    if (name)
        mnl_attr_put_strz(header, IFLA_IFNAME, name);
    return link;
}

int netlink_add_bridge(struct netlink *netlink, const char *name, const uint8_t mac[MAC_BYTES],
                       struct error *error)
{
    char buffer[MESSAGE_BYTES];
    struct nlmsghdr *header = start_request(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    put_link(header, name);
    mnl_attr_put(header, IFLA_ADDRESS, MAC_BYTES, mac);
    struct nlattr *info = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "bridge");
    mnl_attr_nest_end(header, info);
    return ask(netlink, header, error, "creating bridge", name);
}

int netlink_add_veth(struct netlink *netlink, const char *name, const char *peer_name,
                     const uint8_t peer_mac[MAC_BYTES], int peer_netns_fd, struct error *error)
{
    char buffer[MESSAGE_BYTES];
    struct nlmsghdr *header = start_request(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    put_link(header, name);
    struct nlattr *info = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
    struct nlattr *peer = mnl_attr_nest_start(header, VETH_INFO_PEER);
    put_link(header, peer_name);
    mnl_attr_put(header, IFLA_ADDRESS, MAC_BYTES, peer_mac);
    mnl_attr_put_u32(header, IFLA_NET_NS_FD, (uint32_t)peer_netns_fd);
    mnl_attr_nest_end(header, peer);
    mnl_attr_nest_end(header, data);
    mnl_attr_nest_end(header, info);
    return ask(netlink, header, error, "creating veth pair", name);
}

int netlink_set_up(struct netlink *netlink, const char *name, struct error *error)
{
    char buffer[MESSAGE_BYTES];
    struct nlmsghdr *header = start_request(buffer, RTM_NEWLINK, 0);
    struct ifinfomsg *link = put_link(header, name);
    link->ifi_flags = IFF_UP;
    link->ifi_change = IFF_UP;
    return ask(netlink, header, error, "setting up", name);
}

int netlink_set_queue_length(struct netlink *netlink, const char *name, uint32_t frames,
                             struct error *error)
{
    char buffer[MESSAGE_BYTES];
    struct nlmsghdr *header = start_request(buffer, RTM_NEWLINK, 0);
    put_link(header, name);
    mnl_attr_put_u32(header, IFLA_TXQLEN, frames);
    return ask(netlink, header, error, "setting the queue length of", name);
}

// Masters, addresses and neighbours name links by index, in the socket's namespace.
static int index_of(struct netlink *netlink, const char *name, unsigned int *index,
                    struct error *error)
{
    char buffer[MESSAGE_BYTES];
    char reply[REPLY_BYTES];
    struct nlmsghdr *header = start_request(buffer, RTM_GETLINK, 0);
    header->nlmsg_flags = NLM_F_REQUEST;
    header->nlmsg_seq = ++netlink->sequence;
    put_link(header, name);
    if (mnl_socket_sendto(netlink->socket, header, header->nlmsg_len) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "asking for %s", name);
    ssize_t length = mnl_socket_recvfrom(netlink->socket, reply, sizeof reply);
    const struct nlmsghdr *answer = (const struct nlmsghdr *)reply;
    if (length < 0 || !mnl_nlmsg_ok(answer, (int)length) || answer->nlmsg_type != RTM_NEWLINK)
        return error_set(error, EXIT_LACKING, "no interface %s", name);
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(answer);
    *index = (unsigned int)link->ifi_index;
    return 0;
}

int netlink_set_master(struct netlink *netlink, const char *name, const char *bridge,
                       struct error *error)
{
    char buffer[MESSAGE_BYTES];
    unsigned int master = 0;
    if (index_of(netlink, bridge, &master, error) < 0)
        return -1;
    struct nlmsghdr *header = start_request(buffer, RTM_NEWLINK, 0);
    put_link(header, name);
    mnl_attr_put_u32(header, IFLA_MASTER, master);
    return ask(netlink, header, error, "adding to the bridge", name);
}

int netlink_add_address(struct netlink *netlink, const char *name, struct in_addr address,
                        unsigned int prefix_bits, struct error *error)
{
    char buffer[MESSAGE_BYTES];
    unsigned int index = 0;
    if (index_of(netlink, name, &index, error) < 0)
        return -1;
    struct nlmsghdr *header = start_request(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
    struct ifaddrmsg *message = mnl_nlmsg_put_extra_header(header, sizeof *message);
    message->ifa_family = AF_INET;
    message->ifa_prefixlen = (uint8_t)prefix_bits;
    message->ifa_scope = RT_SCOPE_UNIVERSE;
    message->ifa_index = index;
    mnl_attr_put_u32(header, IFA_LOCAL, address.s_addr);
    mnl_attr_put_u32(header, IFA_ADDRESS, address.s_addr);
    return ask(netlink, header, error, "giving an address to", name);
}

// Who is behind an interface, as IP or the bridge has it. address: NULL where the bridge is told.
static int set_neighbour(struct netlink *netlink, const char *name, const struct ndmsg *neighbour,
                         const struct in_addr *address, const uint8_t mac[MAC_BYTES],
                         const char *doing, struct error *error)
{
    char buffer[MESSAGE_BYTES];
    unsigned int index = 0;
    if (index_of(netlink, name, &index, error) < 0)
        return -1;
    struct nlmsghdr *header = start_request(buffer, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
    struct ndmsg *message = mnl_nlmsg_put_extra_header(header, sizeof *message);
    *message = *neighbour;
    message->ndm_ifindex = (int)index;
    if (address)
        mnl_attr_put_u32(header, NDA_DST, address->s_addr);
    mnl_attr_put(header, NDA_LLADDR, MAC_BYTES, mac);
    return ask(netlink, header, error, doing, name);
}

int netlink_set_neighbour(struct netlink *netlink, const char *name, struct in_addr address,
                          const uint8_t mac[MAC_BYTES], struct error *error)
{
    const struct ndmsg permanent = {.ndm_family = AF_INET, .ndm_state = NUD_PERMANENT};
    return set_neighbour(netlink, name, &permanent, &address, mac, "adding a neighbour on", error);
}

int netlink_set_forwarding(struct netlink *netlink, const char *name, const uint8_t mac[MAC_BYTES],
                           struct error *error)
{
    // As if it had been learned.
    const struct ndmsg learned = {
        .ndm_family = AF_BRIDGE, .ndm_state = NUD_REACHABLE, .ndm_flags = NTF_MASTER};
    return set_neighbour(netlink, name, &learned, NULL, mac, "telling the bridge who is behind",
                         error);
}

int netlink_delete_link(struct netlink *netlink, const char *name, struct error *error)
{
    char buffer[MESSAGE_BYTES];
    struct nlmsghdr *header = start_request(buffer, RTM_DELLINK, 0);
    put_link(header, name);
    return ask(netlink, header, error, "removing", name);
}
