/* The study's network: one bridge in the driver's own network namespace, with the client on it.
 *
 *   load generator -- br0 10.0.0.1/24 --+-- tap, a file descriptor of QEMU      (guests)
 *                                       +-- veth, other end in a namespace      (containers,
 *                                           of its own                           processes)
 *
 * Every server has the MTU of 1500, and the client knows its MAC beforehand, so that no ARP retry
 * (one a second) is ever part of a boot time. The host's network is never touched; the kernel
 * removes all of this with the namespace.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NETWORK_H
#define THRICE_NETWORK_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "environment/netlink.h"
#include "error.h"

#define NETWORK_CLIENT_ADDRESS "10.0.0.1"
#define NETWORK_PREFIX_BITS    24

/* The client has more addresses, to connect from: 1000 connections a second use up the ports of
 * one in a minute.
 */
enum { NETWORK_CLIENTS = 8 };

enum { CONGESTION_CONTROL_BYTES = 16 }; /* TCP_CA_NAME_MAX of the kernel */

struct network {
    struct netlink netlink;
    char congestion_control[CONGESTION_CONTROL_BYTES]; /* the client's, of TCP */
    unsigned int
        ports_made; /* each server gets the next address, so that runs share no TIME_WAIT */
};

/* Where one server is connected. */
struct network_port {
    char name[IF_NAMESIZE]; /* our end of it */
    struct in_addr address;
    char address_text[INET_ADDRSTRLEN];
    uint8_t mac[MAC_BYTES];
    int tap_fd;   /* of a guest: to be inherited by QEMU; else -1 */
    int netns_fd; /* of a container or process: where it lives; else -1 */
    char congestion_control[CONGESTION_CONTROL_BYTES]; /* the server's; "": a guest has its own */
};

/* Makes the bridge in the present namespace, which must be the driver's own, and widens its
 * limits: local ports, backlogs, reuse of TIME_WAIT.
 */
int network_create(struct network *network, struct error *error);
void network_destroy(struct network *network);

/* An address of the client by its number, below NETWORK_CLIENTS; 0 is NETWORK_CLIENT_ADDRESS. */
struct in_addr network_client(unsigned int number);

/* May we make taps, which guests need? An error (EXIT_LACKING) says what to do. */
int network_check_tap(struct error *error);

/* A port for a guest. Its queue holds four frames until network_port_ready(): what the client sends
 * while the guest boots would otherwise wait there, and be the first thing it has to serve.
 */
int network_add_tap(struct network *network, struct network_port *port, struct error *error);

/* The same with an address that is not ours to choose; 0: ours. */
int network_add_tap_at(struct network *network, struct network_port *port, struct in_addr address,
                       struct error *error);

/* Leaves the tap without a reader, for another than us to open by its name; it stays until the port
 * is removed. Returns 0 or -1.
 */
int network_release_tap(struct network_port *port, struct error *error);

/* A second port for the guest behind the first, with the same addresses, to move it to. The bridge
 * sends the guest's frames to the first until one of them comes from the second. Its queue is the
 * ordinary one.
 */
int network_add_second_tap(struct network *network, struct network_port *port,
                           const struct network_port *first, struct error *error);

/* A port for a container or process, and the network namespace it is to live in. */
int network_add_veth(struct network *network, struct network_port *port, struct error *error);

/* A second port for the container behind the first, with the same addresses, to move it to. It is
 * not on the bridge until network_take_over(): who lives there may be put together in peace, and
 * what comes for it meanwhile, to which a kernel that does not know it yet would say no, still goes
 * to the first.
 */
int network_add_second_veth(struct network *network, struct network_port *port,
                            const struct network_port *first, struct error *error);

/* Puts such a second port in the place of the first, which is removed. */
int network_take_over(struct network *network, const struct network_port *port,
                      struct network_port *first, struct error *error);

/* Moves a port of a container to a namespace that the container's engine made, with all that the
 * first one had. The port owns netns_fd from now on, also after an error, which removes the port.
 */
int network_move_veth(struct network *network, struct network_port *port, int netns_fd,
                      struct error *error);

/* Is it a congestion control that we choose ourselves, where the host lets us? */
bool network_may_choose(const char *congestion_control);

/* A guest boots again: its port holds four frames once more. */
int network_port_boots(struct network *network, const struct network_port *port,
                       struct error *error);

/* The server answers: gives the port its ordinary queue. */
int network_port_ready(struct network *network, const struct network_port *port,
                       struct error *error);

/* Removes the port; harmless on one that was never made (all zero). */
void network_remove_port(struct network *network, struct network_port *port);

#endif
