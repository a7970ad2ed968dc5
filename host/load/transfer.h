/* One TCP connection full of bytes, one way: what `web` sends for GET /bytes/N, every byte compared
 * with what it should be, or takes by POST /discard.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TRANSFER_H
#define THRICE_TRANSFER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct transfer {
    struct in_addr address;
    uint16_t port;
    bool in;                   /* to the server */
    uint64_t bytes;            /* at most 64 MiB of what it sends; wanted, or to be sent */
    uint64_t bytes_per_s;      /* no faster than this; 0: as fast as it goes */
    uint64_t timeout_ns;       /* for the whole */
    uint64_t done_bytes;       /* filled: of the body, received or acknowledged by the answer */
    uint64_t wrong_bytes;      /* received, and not what they should be */
    uint64_t duration_ns;      /* from the request to the last byte, or to the answer */
    uint64_t longest_stall_ns; /* in which not a byte could be moved */
};

/* Does it, and waits. Returns 0, or -1 and an error (EXIT_FAILED) when it broke off; the fields
 * then tell how far it came.
 */
int transfer_run(struct transfer *transfer, struct error *error);

#endif
