/* A DHCP server's messages (dhcp.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp.h"

#include <string.h>

#define AT_TRANSACTION 4
#define AT_ADDRESS     16 /* yiaddr */
#define AT_HARDWARE    28 /* chaddr */
#define HARDWARE_BYTES 16
#define AT_OPTIONS     240 /* behind the cookie */

#define OPTION_HOSTNAME 12
#define OPTION_TYPE     53
#define OPTION_END      255

static const char *const names[] = {
    [DHCP_DISCOVER] = "discover", [DHCP_OFFER] = "offer", [DHCP_REQUEST] = "request",
    [DHCP_ACK] = "ack",           [DHCP_NAK] = "nak",
};
#define NAMES (sizeof names / sizeof names[0])

static uint8_t question[AT_OPTIONS]; /* the last */

enum dhcp_type dhcp_type_of(const char *name)
{
    for (size_t i = 0; i < NAMES; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return (enum dhcp_type)i;
    return DHCP_NONE;
}

const char *dhcp_name_of(enum dhcp_type type)
{
    return (size_t)type < NAMES && names[type] ? names[type] : "of another type";
}

enum dhcp_type dhcp_question(const struct packet *packet, char hostname[DHCP_NAME_BYTES])
{
    enum dhcp_type type = DHCP_NONE;
    const uint8_t *at = packet->data + AT_OPTIONS, *end = packet->data + packet->length;

    hostname[0] = '\0';
    if (packet->protocol != PROTOCOL_UDP || packet->to_port != DHCP_SERVER_PORT ||
        packet->length < AT_OPTIONS)
        return DHCP_NONE;
    memcpy(question, packet->data, sizeof question);
    for (; end - at >= 2 && *at != OPTION_END && at[1] <= end - at - 2; at += 2 + at[1]) {
        if (at[0] == OPTION_TYPE)
            type = (enum dhcp_type)at[2];
        if (at[0] != OPTION_HOSTNAME || at[1] >= DHCP_NAME_BYTES)
            continue;
        memcpy(hostname, at + 2, at[1]);
        hostname[at[1]] = '\0';
    }
    return type;
}

const uint8_t *dhcp_answer(enum dhcp_type type, uint32_t lease_s)
{
    static uint8_t answer[DHCP_BYTES];
    const uint8_t lease[4] = {(uint8_t)(lease_s >> 24), (uint8_t)(lease_s >> 16),
                              (uint8_t)(lease_s >> 8), (uint8_t)lease_s};
    const uint8_t options[] = {
        OPTION_TYPE, 1,        (uint8_t)type, /* */
        54,          4,        10,
        0,           2,        2, /* server */
        1,           4,        255,
        255,         255,      0, /* mask */
        3,           4,        10,
        0,           2,        2, /* router */
        51,          4,        lease[0],
        lease[1],    lease[2], lease[3],
        OPTION_END,
    };
    static const uint8_t start[4] = {2, 1, 6, 0}, address[4] = {10, 0, 2, 15};

    memset(answer, 0, sizeof answer);
    memcpy(answer, start, sizeof start);
    memcpy(answer + AT_TRANSACTION, question + AT_TRANSACTION, 4);
    memcpy(answer + AT_ADDRESS, address, type == DHCP_NAK ? 0 : sizeof address);
    memcpy(answer + AT_HARDWARE, question + AT_HARDWARE, HARDWARE_BYTES);
    memcpy(answer + AT_OPTIONS - 4, question + AT_OPTIONS - 4, 4); /* the cookie */
    memcpy(answer + AT_OPTIONS, options, sizeof options);
    return answer;
}
