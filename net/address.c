/* Addresses as people write them; see address.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS                 8
#define PREFIX_DEFAULT         24
#define PREFIX_MAX             32
#define PREFIX6                "/64"
#define ELIDED_GROUPS_AT_LEAST 2 /* a single one is written as 0 (4.2.2) */

/* Copies what stands before the slash, if it fits; returns what stands from there on. */
static const char *host_part(const char *text, char host[ADDRESS_TEXT6_BYTES])
{
    size_t length = strcspn(text, "/");
    if (length >= ADDRESS_TEXT6_BYTES)
        length = 0;
    memcpy(host, text, length);
    host[length] = '\0';
    return text + length;
}

bool address_parse4(const char *text, ip4_addr_t *address, ip4_addr_t *mask)
{
    char host[ADDRESS_TEXT6_BYTES], *end;
    uint32_t parsed;
    unsigned long prefix = PREFIX_DEFAULT;
    const char *slash = host_part(text, host);

    if (inet_pton(AF_INET, host, &parsed) != 1 || (*slash && !mask))
        return false;
    if (*slash) {
        prefix = strtoul(slash + 1, &end, 10);
        if (slash[1] < '0' || slash[1] > '9' || *end || prefix < 1 || prefix > PREFIX_MAX)
            return false;
    }
    ip4_addr_set_u32(address, parsed);
    if (mask)
        ip4_addr_set_u32(mask, lwip_htonl(UINT32_MAX << (PREFIX_MAX - prefix)));
    return true;
}

bool address_parse6(const char *text, bool with_prefix, ip6_addr_t *address)
{
    char host[ADDRESS_TEXT6_BYTES];
    uint32_t parsed[4];
    const char *slash = host_part(text, host);

    if (inet_pton(AF_INET6, host, parsed) != 1)
        return false;
    if (*slash && (!with_prefix || strcmp(slash, PREFIX6) != 0))
        return false;
    memcpy(address->addr, parsed, sizeof parsed);
    ip6_addr_clear_zone(address);
    return true;
}

/* How many groups from this one on are zero. */
static unsigned zeros_at(const uint16_t groups[GROUPS], unsigned at)
{
    unsigned count = 0;
    while (at + count < GROUPS && groups[at + count] == 0)
        count++;
    return count;
}

static char *put_hex(char *to, uint16_t group)
{
    int shift = 12;
    while (shift > 0 && group >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        *to++ = "0123456789abcdef"[group >> shift & 15];
    return to;
}

const char *address_text6(const ip6_addr_t *address, char text[ADDRESS_TEXT6_BYTES])
{
    uint16_t groups[GROUPS];
    unsigned elided = GROUPS, longest = ELIDED_GROUPS_AT_LEAST - 1;
    char *to = text;

    for (unsigned i = 0; i < GROUPS; i++)
        groups[i] = (uint16_t)(lwip_ntohl(address->addr[i / 2]) >> (i % 2 ? 0 : 16));
    for (unsigned i = 0; i < GROUPS; i++) {
        if (zeros_at(groups, i) > longest) {
            elided = i;
            longest = zeros_at(groups, i);
        }
    }
    for (unsigned i = 0; i < GROUPS;) {
        if (i > 0 || i == elided)
            *to++ = ':';
        if (i != elided) {
            to = put_hex(to, groups[i++]);
            continue;
        }
        i += longest;
        if (i == GROUPS)
            *to++ = ':';
    }
    *to = '\0';
    return text;
}
