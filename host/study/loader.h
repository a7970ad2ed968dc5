/* The load of a scenario, whatever its kind, put on a server of the study. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LOADER_H
#define THRICE_LOADER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "environment/server.h"
#include "error.h"
#include "load/source_ports.h"
#include "study/study.h"

struct loader_result {
    json_t *json;   /* all that was measured; the caller owns it */
    bool is_void;   /* the generator's own fault */
    bool is_failed; /* the server gave no answer to judge */
    char reason[200];
    char key_figure[80]; /* for a progress line */
};

/* Connects from all the client's addresses and ports in turn; ports is shared by all loads on a
 * server, so that none reuses what another used. Blocks until the load is over or the user
 * interrupts. A server that answers badly is a result, one that
 * never answers a failure (is_failed); -1 and an error mean that the load could not
 * be produced, and then there is no json.
 */
int loader_run(const struct scenario *scenario, const struct load *load,
               const struct server *server, struct source_ports *ports,
               struct loader_result *result, struct error *error);

/* Sleeps, unless the user interrupts. */
void loader_pause(uint64_t duration_ns);

#endif
