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

static bool is_host(uint32_t address, uint32_t network_mask)
{
    uint32_t first = address >> 24, last = ~network_mask;
    if (first == 0 || first == 127 || first >= 224)
        return false;
    return last <= 1 || ((address & last) != 0 && (address & last) != last);
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
    uint32_t network_mask = mask ? UINT32_MAX << (PREFIX_MAX - prefix) : UINT32_MAX;
    if (!is_host(ntohl(parsed), network_mask))
        return false;
    ip4_addr_set_u32(address, parsed);
    if (mask)
        ip4_addr_set_u32(mask, lwip_htonl(network_mask));
    return true;
}

bool address_parse6(const char *text, bool with_prefix, ip6_addr_t *address)
{
    char host[INET6_ADDRSTRLEN];
    ip6_addr_t parsed = {0};
    const char *slash = host_part(text, host);

    if (inet_pton(AF_INET6, host, parsed.addr) != 1)
        return false;
    if (*slash && (!with_prefix || strcmp(slash, PREFIX6) != 0))
        return false;
    if (ip6_addr_ismulticast(&parsed) || ip6_addr_isany(&parsed) || ip6_addr_isloopback(&parsed))
        return false;
    *address = parsed;
    return true;
}
