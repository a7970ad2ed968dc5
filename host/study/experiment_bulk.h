/* What other experiments want of a bulk. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_EXPERIMENT_BULK_H
#define THRICE_EXPERIMENT_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "environment/server.h"
#include "error.h"

struct bulk_way {
    bool in;              /* to the server */
    uint64_t request;     /* bytes of each; at most 64 MiB */
    uint64_t at_least_ns; /* for so long, and one whole request at least */
    uint64_t patience_ns; /* with one request */
    uint64_t bytes;       /* filled: that were moved */
    uint64_t duration_ns; /* filled: of the requests, each from connecting on */
};

/* Moves them, one request after the other. Returns 0, or -1 and an error (EXIT_FAILED) when one
 * broke off or was not what it should be.
 */
int experiment_bulk_move(const struct server *server, struct bulk_way *way, struct error *error);

double experiment_bulk_gbit_per_s(const struct bulk_way *way);

#endif
