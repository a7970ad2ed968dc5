/* Addresses as people write them; see address.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX_DEFAULT 24
#define PREFIX_MAX     32
#define PREFIX6        "/64"

/* Copies what stands before the slash, if it fits; returns what stands from there on. */
static const char *host_part(const char *text, char host[INET6_ADDRSTRLEN])
{
    size_t length = strcspn(text, "/");
    if (length >= INET6_ADDRSTRLEN)
        length = 0;
    memcpy(host, text, length);
    host[length] = '\0';
    return text + length;
}

bool address_parse4(const char *text, ip4_addr_t *address, ip4_addr_t *mask)
{
    char host[INET6_ADDRSTRLEN], *end;
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
    char host[INET6_ADDRSTRLEN];
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
