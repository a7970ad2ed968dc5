/* http: new connections at a constant rate, one request each, open-loop (load/http.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment_http.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "environment/isolation.h"
#include "study/figures.h"
#include "study/target.h"

enum { BODY_BYTES = 1000 }; // the oslo answer, at /

struct http_settings {
    uint64_t rate_per_s;
    uint64_t duration_ns;
};

static const struct setting settings[] = {
    {.key = "rate_per_s",
     .offset = offsetof(struct http_settings, rate_per_s),
     .minimum = 1,
     .maximum = 1000000,
     .otherwise = CFG_REQUIRED_UINT},
    {.key = "duration_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct http_settings, duration_ns),
     .minimum = NS_PER_S / 10,
     .maximum = 3600 * NS_PER_S,
     .otherwise = CFG_REQUIRED_UINT},
    {0},
};

int experiment_http_run(const struct server *server, uint64_t rate_per_s, uint64_t duration_ns,
                        struct source_ports *ports, struct http_load_result *http,
                        struct error *error)
{
    char body[BODY_BYTES];
    const struct payload *payload = server->options.payload;
    struct endpoint sources[NETWORK_CLIENTS];
    target_sources(sources);
    memset(body, 'A', sizeof body);
    const struct http_load_options options = {
        .server = target_endpoint(server),
        .host = server->port.address_text,
        .path = payload->url_path ? payload->url_path : "/",
        .rate_per_s = rate_per_s,
        .duration_ns = duration_ns,
        .expected_body = server->environment->foreign ? NULL : body,
        .expected_body_bytes = sizeof body,
        .sources = sources,
        .source_count = NETWORK_CLIENTS,
        .ports = ports,
        .stop = isolation_stop_flag(),
    };
    return http_load_run(&options, http, error);
}

static int load(const void *values, const struct server *server, struct source_ports *ports,
                json_t *figures, struct experiment_result *result, struct error *error)
{
    const struct http_settings *set = values;
    struct http_load_result *http = malloc(sizeof *http);
    if (!http)
        return error_set(error, EXIT_FAILED, "out of memory for the load's result");
    int code = experiment_http_run(server, set->rate_per_s, set->duration_ns, ports, http, error);
    if (code == 0) {
        result->is_void = http_load_void(http, result->reason, sizeof result->reason);
        if (!result->is_void && http->completed == 0)
            experiment_fail(result, "not one request was answered well");
        result->json = http_load_result_json(http);
        figures_add(figures, "response_ms",
                    http->completed > 0 ? http->response.mean_ns / NS_PER_MS : NAN);
        snprintf(result->key_figure, sizeof result->key_figure, "%.2f ms, %llu of %llu answered",
                 http->response.mean_ns / NS_PER_MS, (unsigned long long)http->completed,
                 (unsigned long long)http->due);
        http_load_result_free(http);
    }
    free(http);
    return code;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    (void)guests;
    (void)boot_ns;
    return ((const struct http_settings *)values)->duration_ns;
}

const struct experiment experiment_http = {
    .kind = "http",
    .speaks = "http",
    .settings = settings,
    .settings_bytes = sizeof(struct http_settings),
    .warm_up = &experiment_http,
    .estimate_ns = estimate_ns,
    .load = load,
};
