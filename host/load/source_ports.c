/* Local addresses and ports in turn; see source_ports.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/source_ports.h"

#include <netinet/in.h>

struct endpoint source_ports_next(struct source_ports *ports, const struct endpoint *addresses,
                                  size_t count)
{
    uint64_t turn = ports->taken++;
    struct endpoint source = addresses[turn % count];
    in_port_t port = htons((uint16_t)(SOURCE_PORT_FIRST + turn / count % SOURCE_PORT_COUNT));
    if (source.address.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&source.address)->sin6_port = port;
    else
        ((struct sockaddr_in *)&source.address)->sin_port = port;
    return source;
}
