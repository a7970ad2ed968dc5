/* A DHCP server's messages (RFC 2131, 2132), as far as a client looks at them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TEST_DHCP_H
#define THRICE_TEST_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68
#define DHCP_BYTES       300
#define DHCP_NAME_BYTES  64

enum dhcp_type {
    DHCP_NONE,
    DHCP_DISCOVER,
    DHCP_OFFER,
    DHCP_REQUEST,
    DHCP_ACK = 5,
    DHCP_NAK,
};

/* The type of that name, "offer", or DHCP_NONE; and the reverse. */
enum dhcp_type dhcp_type_of(const char *name);
const char *dhcp_name_of(enum dhcp_type type);

/* What a client's packet asks for, DHCP_NONE if it is another's. Takes what an answer must repeat
 * of it, and, into hostname, the name that it tells ("" for none).
 */
enum dhcp_type dhcp_question(const struct packet *packet, char hostname[DHCP_NAME_BYTES]);

/* The answer to the last question, of DHCP_BYTES: 10.0.2.15/24, a router 10.0.2.2, for so long. The
 * client renews it after half of that time (T1).
 */
const uint8_t *dhcp_answer(enum dhcp_type type, uint32_t lease_s);

#endif
