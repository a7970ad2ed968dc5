/* From which local address and port each connection comes, where the kernel is not to choose.
 *
 * The kernel picks ports at random, and thus some that were used a moment ago: where the server, a
 * tap or a table still remembers the old connection, the new one is refused or waits for a
 * second. Here each pair of address and port has its turn before any has its second.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SOURCE_PORTS_H
#define THRICE_SOURCE_PORTS_H

#include <stddef.h>
#include <stdint.h>

#include "endpoint.h"

enum {
    SOURCE_PORT_FIRST = 1024,
    SOURCE_PORT_LAST = 65535,
    SOURCE_PORT_COUNT = SOURCE_PORT_LAST - SOURCE_PORT_FIRST + 1,
};

/* Zeroed, it begins with the first port. One serves all loads on a server, one after the other. */
struct source_ports {
    uint64_t taken;
};

/* The next pair: addresses take turns, a port is used with each of them before the next port is.
 * Repeats after count * SOURCE_PORT_COUNT.
 */
struct endpoint source_ports_next(struct source_ports *ports, const struct endpoint *addresses,
                                  size_t count);

#endif
