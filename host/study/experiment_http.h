/* The HTTP load as an experiment, for those that are made of several. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_EXPERIMENT_HTTP_H
#define THRICE_EXPERIMENT_HTTP_H

#include "load/http.h"
#include "study/experiment.h"

/* One load at a rate, of the oslo answer at /. On success the caller frees the result by
 * http_load_result_free(). */
int experiment_http_run(const struct server *server, uint64_t rate_per_s, uint64_t duration_ns,
                        struct source_ports *ports, struct http_load_result *http,
                        struct error *error);

#endif
