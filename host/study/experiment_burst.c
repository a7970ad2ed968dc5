/* burst: many connections at one instant, or within a moment (load/burst.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "environment/isolation.h"
#include "load/burst.h"
#include "study/figures.h"
#include "study/target.h"

struct burst_settings {
    uint64_t connections;
    uint64_t spread_ns;
    uint64_t patience_ns;
};

/* However short the moment: what any host is late now and then. */
static const uint64_t LATE_AT_LEAST_NS = 10 * NS_PER_MS;

static const struct setting settings[] = {
    {.key = "connections",
     .offset = offsetof(struct burst_settings, connections),
     .minimum = 1,
     .maximum = 100000,
     .otherwise = CFG_REQUIRED_UINT},
    {.key = "spread_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct burst_settings, spread_ns),
     .maximum = 60 * NS_PER_S,
     .otherwise = 0},
    {.key = "patience_s", // a SYN is repeated after 1, 3, 7 s
     .type = SETTING_SECONDS,
     .offset = offsetof(struct burst_settings, patience_ns),
     .minimum = NS_PER_S,
     .maximum = 120 * NS_PER_S,
     .otherwise = 10 * NS_PER_S},
    {0},
};

static void add_figures(json_t *figures, const struct burst_result *burst)
{
    double retransmitted = 0;
    for (int i = 1; i <= BURST_RETRANSMITS_MAX; i++)
        retransmitted += (double)burst->mode[i].count;
    figures_add(figures, "answered", (double)burst->answered);
    figures_add(figures, "unanswered", (double)(burst->connections - burst->answered));
    figures_add(figures, "release_ms", (double)burst->release_ns / NS_PER_MS);
    figures_add(figures, "retransmitted", retransmitted);
    if (burst->answered == 0)
        return;
    figures_add(figures, "mean_ms", burst->latency.mean_ns / NS_PER_MS);
    figures_add(figures, "sd_ms", histogram_sd_ns(&burst->latency) / NS_PER_MS);
    figures_add(figures, "p50_ms",
                (double)histogram_percentile_ns(&burst->latency, 50) / NS_PER_MS);
    figures_add(figures, "p99_ms",
                (double)histogram_percentile_ns(&burst->latency, 99) / NS_PER_MS);
    figures_add(figures, "max_ms", (double)burst->latency.max_ns / NS_PER_MS);
    if (burst->mode[0].count > 0)
        figures_add(figures, "first_try_ms", burst->mode[0].mean_ns / NS_PER_MS);
    else
        figures_lack(figures, "first_try_ms", "none was answered without a retransmission");
}

// A tenth of the moment; of one instant, where all wait for their turn by nature, a second.
static uint64_t lateness_allowed_ns(uint64_t spread_ns)
{
    if (spread_ns == 0)
        return NS_PER_S;
    return spread_ns / 10 > LATE_AT_LEAST_NS ? spread_ns / 10 : LATE_AT_LEAST_NS;
}

// The generator's own failing.
static bool is_void(const struct burst_settings *set, const struct burst_result *burst,
                    struct experiment_result *result)
{
    const bool late = burst->lateness_max_ns > lateness_allowed_ns(set->spread_ns);
    if (burst->interrupted)
        snprintf(result->reason, sizeof result->reason, "interrupted");
    else if (late)
        snprintf(result->reason, sizeof result->reason,
                 "the generator was %.0f ms late with a connection, and %.1f s busy with those due "
                 "within %.1f s",
                 (double)burst->lateness_max_ns / NS_PER_MS,
                 (double)(burst->cpu_user_ns + burst->cpu_system_ns) / NS_PER_S,
                 (double)set->spread_ns / NS_PER_S);
    return burst->interrupted || late;
}

static int load(const void *values, const struct server *server, struct source_ports *ports,
                json_t *figures, struct experiment_result *result, struct error *error)
{
    const struct burst_settings *set = values;
    const struct payload *payload = server->options.payload;
    struct endpoint sources[NETWORK_CLIENTS];
    target_sources(sources);
    const struct burst_options options = {
        .server = target_endpoint(server),
        .host = server->port.address_text,
        .path = payload->url_path ? payload->url_path : "/",
        .connections = set->connections,
        .spread_ns = set->spread_ns,
        .timeout_ns = set->patience_ns,
        .sources = sources,
        .source_count = NETWORK_CLIENTS,
        .ports = ports,
        .stop = isolation_stop_flag(),
    };
    struct burst_result *burst = malloc(sizeof *burst);
    if (!burst)
        return error_set(error, EXIT_FAILED, "out of memory for the burst's result");
    int code = burst_run(&options, burst, error);
    if (code == 0) {
        result->is_void = is_void(set, burst, result);
        if (!result->is_void && burst->answered == 0)
            experiment_fail(result, "not one request was answered well");
        result->json = burst_result_json(burst);
        add_figures(figures, burst);
        snprintf(result->key_figure, sizeof result->key_figure, "%.2f ms, %llu of %llu answered",
                 burst->latency.mean_ns / NS_PER_MS, (unsigned long long)burst->answered,
                 (unsigned long long)burst->connections);
    }
    free(burst);
    return code;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    const struct burst_settings *set = values;
    (void)guests;
    (void)boot_ns;
    return set->spread_ns + set->connections * 50 * NS_PER_US;
}

const struct experiment experiment_burst = {
    .kind = "burst",
    .speaks = "http",
    .settings = settings,
    .settings_bytes = sizeof(struct burst_settings),
    .warm_up = &experiment_http,
    .estimate_ns = estimate_ns,
    .load = load,
};
