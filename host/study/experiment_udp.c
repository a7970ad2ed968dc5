/* udp: a count of datagrams with a gap before each, then LAST until it is answered (load/udp.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "environment/isolation.h"
#include "load/udp.h"
#include "study/figures.h"
#include "study/target.h"

struct udp_settings {
    uint64_t count;
    uint64_t gap_us;
};

static const struct setting settings[] = {
    {.key = "count",
     .offset = offsetof(struct udp_settings, count),
     .minimum = 1,
     .maximum = 100000000,
     .otherwise = CFG_REQUIRED_UINT},
    {.key = "gap_us",
     .offset = offsetof(struct udp_settings, gap_us),
     .minimum = 0,
     .maximum = 1000000,
     .otherwise = CFG_REQUIRED_UINT},
    {0},
};

static int load(const void *values, const struct server *server, struct source_ports *ports,
                json_t *figures, struct experiment_result *result, struct error *error)
{
    const struct udp_settings *set = values;
    const struct udp_load_options options = {
        .server = target_endpoint(server),
        .mode = UDP_LOAD_GAP,
        .count = set->count,
        .gap_us = set->gap_us,
        .stop = isolation_stop_flag(),
    };
    (void)ports; // one socket for all
    struct udp_load_result *udp = malloc(sizeof *udp);
    if (!udp)
        return error_set(error, EXIT_FAILED, "out of memory for the load's result");
    int code = udp_load_run(&options, udp, error);
    if (code == 0) {
        result->is_void = udp_load_void(udp, result->reason, sizeof result->reason);
        if (!result->is_void && (udp->replies == 0 || !udp->last_answered))
            experiment_fail(result, udp->replies == 0 ? "not one datagram was answered"
                                                      : "LAST was not answered");
        result->json = udp_load_result_json(udp);
        figures_add(figures, "elapsed_s", (double)udp->elapsed_ns / NS_PER_S);
        snprintf(result->key_figure, sizeof result->key_figure, "%.2f s, %llu of %llu answered",
                 (double)udp->elapsed_ns / NS_PER_S, (unsigned long long)udp->replies,
                 (unsigned long long)udp->sent);
    }
    free(udp);
    return code;
}

// A datagram's turn is its sleep: the kernel's slack of 50 us, the gap, and the call itself.
static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    const struct udp_settings *set = values;
    (void)guests;
    (void)boot_ns;
    return set->count * (set->gap_us + 100) * NS_PER_US;
}

const struct experiment experiment_udp = {
    .kind = "udp",
    .speaks = "udp",
    .settings = settings,
    .settings_bytes = sizeof(struct udp_settings),
    .warm_up = &experiment_udp,
    .estimate_ns = estimate_ns,
    .load = load,
};
