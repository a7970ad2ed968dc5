/* bulk: one connection full of bytes, from the server for half of the time, then to it: what `web`
 * sends for GET /bytes/N and takes by POST /discard, again and again (load/transfer.h).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment_bulk.h"

#include <stdio.h>

#include "clock.h"
#include "environment/isolation.h"
#include "load/transfer.h"
#include "study/experiment.h"
#include "study/figures.h"

enum { BYTES_MAX = 64 << 20, BITS_OF_BYTE = 8 };

struct bulk_settings {
    uint64_t bytes; // of a request
    uint64_t duration_ns;
    uint64_t patience_ns;
};

static const struct setting settings[] = {
    {.key = "bytes",
     .offset = offsetof(struct bulk_settings, bytes),
     .minimum = 1,
     .maximum = BYTES_MAX,
     .otherwise = BYTES_MAX},
    {.key = "duration_s", // both ways together; what is under way then is still ended
     .type = SETTING_SECONDS,
     .offset = offsetof(struct bulk_settings, duration_ns),
     .minimum = NS_PER_S / 10,
     .maximum = 3600 * NS_PER_S,
     .otherwise = CFG_REQUIRED_UINT},
    {.key = "patience_s", // with one request
     .type = SETTING_SECONDS,
     .offset = offsetof(struct bulk_settings, patience_ns),
     .minimum = NS_PER_S,
     .maximum = 3600 * NS_PER_S,
     .otherwise = 600 * NS_PER_S},
    {0},
};

static int move_one(const struct server *server, struct bulk_way *way, struct error *error)
{
    struct transfer transfer = {.address = server->port.address,
                                .port = server->options.port,
                                .in = way->in,
                                .bytes = way->request,
                                .timeout_ns = way->patience_ns};
    if (transfer_run(&transfer, error) < 0)
        return -1;
    if (transfer.wrong_bytes > 0 || transfer.done_bytes != way->request)
        return error_set(error, EXIT_FAILED, "of %llu bytes %llu arrived, %llu of them wrong",
                         (unsigned long long)way->request, (unsigned long long)transfer.done_bytes,
                         (unsigned long long)transfer.wrong_bytes);
    way->bytes += transfer.done_bytes;
    way->duration_ns += transfer.duration_ns;
    return 0;
}

int experiment_bulk_move(const struct server *server, struct bulk_way *way, struct error *error)
{
    way->bytes = way->duration_ns = 0;
    do {
        if (move_one(server, way, error) < 0)
            return -1;
    } while (way->duration_ns < way->at_least_ns && !isolation_interrupted());
    return 0;
}

// Bits in a nanosecond are Gbit in a second.
double experiment_bulk_gbit_per_s(const struct bulk_way *way)
{
    return BITS_OF_BYTE * (double)way->bytes / (double)way->duration_ns;
}

static json_t *way_json(const struct bulk_way *way)
{
    return json_pack("{s:I, s:I}", "bytes", (json_int_t)way->bytes, "duration_ns",
                     (json_int_t)way->duration_ns);
}

static int load(const void *values, const struct server *server, struct source_ports *ports,
                json_t *figures, struct experiment_result *result, struct error *error)
{
    const struct bulk_settings *set = values;
    struct bulk_way out = {.request = set->bytes,
                           .at_least_ns = set->duration_ns / 2,
                           .patience_ns = set->patience_ns};
    struct bulk_way in = out;
    uint64_t begun_ns = clock_now_ns();
    (void)ports; // one connection at a time
    in.in = true;
    if (experiment_bulk_move(server, &out, error) < 0 ||
        experiment_bulk_move(server, &in, error) < 0)
        return -1;
    figures_add(figures, "out_gbit_per_s", experiment_bulk_gbit_per_s(&out));
    figures_add(figures, "in_gbit_per_s", experiment_bulk_gbit_per_s(&in));
    result->json =
        json_pack("{s:I, s:o, s:o}", "elapsed_ns", (json_int_t)(clock_now_ns() - begun_ns), "out",
                  way_json(&out), "in", way_json(&in));
    snprintf(result->key_figure, sizeof result->key_figure, "%.2f Gbit/s out, %.2f in",
             experiment_bulk_gbit_per_s(&out), experiment_bulk_gbit_per_s(&in));
    return 0;
}

static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    (void)guests;
    (void)boot_ns;
    return ((const struct bulk_settings *)values)->duration_ns;
}

const struct experiment experiment_bulk = {
    .kind = "bulk",
    .speaks = "http",
    .settings = settings,
    .settings_bytes = sizeof(struct bulk_settings),
    .warm_up = &experiment_bulk,
    .estimate_ns = estimate_ns,
    .load = load,
};
