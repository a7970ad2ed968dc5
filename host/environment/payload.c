/* The table of payloads; see payload.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/payload.h"

#include <string.h>

#include "nearest.h"

const struct payload payloads[] = {
    {"web", "HTTP/1.1 server: 1000 times A at /, /bytes/N, POST /discard", PROTOCOL_HTTP, 80,
     false},
    {"cpu", "computes: GET /primes, GET /linpack; GET / lists their parameters", PROTOCOL_HTTP, 80,
     false},
    {"udp", "UDP server: 1000 times A for every datagram, LAST for LAST", PROTOCOL_UDP, 8081,
     false},
    {"nginx", "Debian's nginx with the same page, in native, container, vm", PROTOCOL_HTTP, 80,
     true},
    {"apache", "Debian's Apache with the same page, in native, container, vm", PROTOCOL_HTTP, 80,
     true},
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
