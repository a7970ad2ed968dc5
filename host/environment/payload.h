/* The payloads: servers compiled once, and run in every environment; and the reference servers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PAYLOAD_H
#define THRICE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* How a client knows that the payload serves. */
enum protocol {
    PROTOCOL_HTTP, /* GET / is answered with 200 */
    PROTOCOL_UDP,  /* the datagram LAST is answered with LAST */
};

struct payload {
    const char *name;
    const char *summary;
    enum protocol protocol;
    uint16_t port;        /* unless its argument --port says otherwise */
    const char *url_path; /* of HTTP: what is asked for; NULL: / */
    const char *archive;  /* OCI archive of an image that is not ours, or NULL */
    const char *image;    /* what it is called in there */
    bool is_reference;    /* not compiled by us: see reference.h */
    bool takes_disk;      /* its last argument is a disk, all of which it may overwrite */
};

extern const struct payload payloads[];
extern const size_t payload_count;

/* Returns the payload of that name, or NULL and an error (EXIT_USAGE) that names those there are.
 */
const struct payload *payload_find(const char *name, struct error *error);

#endif
