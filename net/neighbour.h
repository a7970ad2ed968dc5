/* A client's MAC, from the frame that brought its SYN.
 *
 * lwIP would ask for it (RFC 826), put off the SYN-ACK until the answer, and ask again only after a
 * second where that is lost, as it easily is while a machine boots and its queues are full. Once
 * for each connection, so that a packet costs nothing; lwIP's ETHARP_TRUST_IP_MAC looks at them
 * all.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NEIGHBOUR_H
#define THRICE_NEIGHBOUR_H

/* In a listener's passive-open callback: if the sender of the segment is on the link of the netif
 * it came from, and not known, its MAC is the frame's. What ARP has said is not overridden, and
 * what it says later overrides this.
 */
void neighbour_learn_sender(void);

#endif
