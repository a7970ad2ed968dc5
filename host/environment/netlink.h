/* The rtnetlink requests that the study's network needs, by libmnl (rtnetlink(7), linux/if_link.h).
 *
 * A struct netlink speaks to the network namespace it was opened in, wherever the process moves
 * later. All functions return 0, or -1 with the error filled.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NETLINK_H
#define THRICE_NETLINK_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>

#include "error.h"

enum { MAC_BYTES = 6 };

struct netlink {
    struct mnl_socket *socket;
    unsigned int sequence;
};

int netlink_open(struct netlink *netlink, struct error *error);
void netlink_close(struct netlink *netlink);

/* A bridge without spanning tree, and with an address that does not follow its ports'. */
int netlink_add_bridge(struct netlink *netlink, const char *name, const uint8_t mac[MAC_BYTES],
                       struct error *error);

/* A veth pair: one end here, the other, with its own address, in the namespace peer_netns_fd. */
int netlink_add_veth(struct netlink *netlink, const char *name, const char *peer_name,
                     const uint8_t peer_mac[MAC_BYTES], int peer_netns_fd, struct error *error);

/* Makes the link a port of the bridge. */
int netlink_set_master(struct netlink *netlink, const char *name, const char *bridge,
                       struct error *error);

int netlink_set_up(struct netlink *netlink, const char *name, struct error *error);

/* Frames that may wait in the link's queue; for a tap, in that to its reader. */
int netlink_set_queue_length(struct netlink *netlink, const char *name, uint32_t frames,
                             struct error *error);

int netlink_add_address(struct netlink *netlink, const char *name, struct in_addr address,
                        unsigned int prefix_bits, struct error *error);

/* A permanent neighbour entry; replaces one that is there. */
int netlink_set_neighbour(struct netlink *netlink, const char *name, struct in_addr address,
                          const uint8_t mac[MAC_BYTES], struct error *error);

/* Tells the bridge that this address is behind that port of it, until it sees it elsewhere. */
int netlink_set_forwarding(struct netlink *netlink, const char *name, const uint8_t mac[MAC_BYTES],
                           struct error *error);

int netlink_delete_link(struct netlink *netlink, const char *name, struct error *error);

#endif
