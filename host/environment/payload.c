/* The table of payloads; see payload.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/payload.h"

#include <string.h>

#include "nearest.h"

const struct payload payloads[] = {
    {.name = "web",
     .summary = "HTTP/1.1 server: 1000 times A at /, /bytes/N, POST /discard",
     .protocol = PROTOCOL_HTTP,
     .port = 80},
    {.name = "udp",
     .summary = "UDP server: 1000 times A for every datagram, LAST for LAST",
     .protocol = PROTOCOL_UDP,
     .port = 8081},
    {.name = "cpu",
     .summary = "computes on GET /primes, /linpack; GET / lists their parameters",
     .protocol = PROTOCOL_HTTP,
     .port = 80},
    {.name = "memory",
     .summary = "moves memory on GET /write, /read, /stream",
     .protocol = PROTOCOL_HTTP,
     .port = 80},
    {.name = "disk",
     .summary = "overwrites and reads a disk on GET /seq, /seeks, /random; wants --disk",
     .protocol = PROTOCOL_HTTP,
     .port = 80,
     .takes_disk = true},
    {.name = "nginx",
     .summary = "Debian's nginx with the same page, in native, container, vm",
     .protocol = PROTOCOL_HTTP,
     .port = 80,
     .is_reference = true},
    {.name = "apache",
     .summary = "Debian's Apache with the same page, in native, container, vm",
     .protocol = PROTOCOL_HTTP,
     .port = 80,
     .is_reference = true},
};
const size_t payload_count = sizeof payloads / sizeof payloads[0];

const struct payload *payload_find(const char *name, struct error *error)
{
    const char *names[sizeof payloads / sizeof payloads[0] + 1] = {NULL};
    for (size_t i = 0; i < payload_count; i++) {
        if (strcmp(payloads[i].name, name) == 0)
            return &payloads[i];
        names[i] = payloads[i].name;
    }
    nearest_unknown(error, "payload", name, names);
    return NULL;
}
