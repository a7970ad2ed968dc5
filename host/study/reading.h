/* What is read before and after the load of a run: of the server, of the whole machine, and of the
 * driver itself, whose work is in the machine's figures too.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_READING_H
#define THRICE_READING_H

#include <jansson.h>
#include <stdint.h>

#include "environment/server.h"
#include "environment/usage.h"
#include "error.h"
#include "measure/hostcpu.h"

struct reading {
    struct server_usage server;
    struct hostcpu host;
    uint64_t driver_user_ns;
    uint64_t driver_system_ns;
};

/* Returns 0, or -1 and an error. On success the caller releases it. */
int reading_take(struct reading *reading, const struct server *server, struct error *error);
void reading_release(struct reading *reading);

/* The "usage" of a record: what usage_json() has, "wall_ns", "host" (hostcpu_json()), "driver"
 * {"user_ns", "system_ns"}. The caller owns it.
 */
json_t *reading_json(const struct reading *before, const struct reading *after,
                     const struct server *server);

#endif
