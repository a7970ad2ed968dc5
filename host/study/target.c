/* The server of a run, as the load generators want it; see target.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/target.h"

#include <time.h>

#include "clock.h"
#include "environment/isolation.h"

static struct endpoint endpoint_of(struct in_addr host, uint16_t port)
{
    struct endpoint endpoint = {.length = sizeof(struct sockaddr_in)};
    struct sockaddr_in *address = (struct sockaddr_in *)&endpoint.address;
    address->sin_family = AF_INET;
    address->sin_addr = host;
    address->sin_port = htons(port);
    return endpoint;
}

struct endpoint target_endpoint(const struct server *server)
{
    return endpoint_of(server->port.address, server->options.port);
}

void target_sources(struct endpoint sources[NETWORK_CLIENTS])
{
    for (unsigned int i = 0; i < NETWORK_CLIENTS; i++)
        sources[i] = endpoint_of(network_client(i), 0);
}

void target_pause(uint64_t duration_ns)
{
    const struct timespec until = clock_timespec(clock_now_ns() + duration_ns);
    while (!isolation_interrupted() &&
           clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
        continue;
}
