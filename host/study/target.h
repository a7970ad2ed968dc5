/* The server of a run, as the load generators want it: its address, and the client's own. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TARGET_H
#define THRICE_TARGET_H

#include <stdint.h>

#include "endpoint.h"
#include "environment/network.h"
#include "environment/server.h"

/* Where it serves. */
struct endpoint target_endpoint(const struct server *server);

/* All the client's addresses, any port of them. */
void target_sources(struct endpoint sources[NETWORK_CLIENTS]);

/* Sleeps, unless the user interrupts. */
void target_pause(uint64_t duration_ns);

#endif
