/* ramp: new connections at rates that rise step by step until a service level breaks, then the
 * highest rate that holds, by bisection between the last that held and the first that did not.
 *
 * A level breaks when p99 is over a limit, when more than a share of the requests is not answered
 * well, or when less is achieved than offered. A step in which the generator itself fell behind is
 * repeated. Where it stays so and no level broke, the rate held all the same: latency counts from
 * when a request was due, so that a late generator makes it worse, never better. Where one did,
 * nobody knows whose fault it was, and the rate is the generator's limit: what held below it is a
 * bound, and nothing is said of where the server breaks. The run is void where the generator did
 * not manage even one rate.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/experiment_http.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "environment/isolation.h"
#include "study/figures.h"

enum { STEP_TRIES = 3 };

static const char generator[] = "generator";

struct ramp_settings {
    uint64_t from_per_s;
    uint64_t to_per_s;
    uint64_t step_per_s;
    uint64_t hold_ns;
    uint64_t p99_ms;
    uint64_t errors_per_million;
    uint64_t achieved_percent;
    uint64_t precision_per_s;
};

#define RATE(name, least)                                                                          \
    {                                                                                              \
        .key = #name, .offset = offsetof(struct ramp_settings, name), .minimum = (least),          \
        .maximum = 1000000, .otherwise = CFG_REQUIRED_UINT                                         \
    }

static const struct setting settings[] = {
    RATE(from_per_s, 1),
    RATE(to_per_s, 1),
    RATE(step_per_s, 1),
    {.key = "hold_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct ramp_settings, hold_ns),
     .minimum = NS_PER_S / 10,
     .maximum = 600 * NS_PER_S,
     .otherwise = 10 * NS_PER_S},
    {.key = "p99_ms",
     .offset = offsetof(struct ramp_settings, p99_ms),
     .minimum = 1,
     .maximum = 60000,
     .otherwise = 100},
    {.key = "errors_per_million",
     .offset = offsetof(struct ramp_settings, errors_per_million),
     .maximum = 1000000,
     .otherwise = 1000},
    {.key = "achieved_percent",
     .offset = offsetof(struct ramp_settings, achieved_percent),
     .minimum = 1,
     .maximum = 100,
     .otherwise = 99},
    {.key = "precision_per_s",
     .offset = offsetof(struct ramp_settings, precision_per_s),
     .minimum = 1,
     .maximum = 1000000,
     .otherwise = 25},
    {0},
};

struct ramp {
    const struct ramp_settings *set;
    const struct server *server;
    struct source_ports *ports;
    struct http_load_result *http; // of the last step
    json_t *steps;
    uint64_t held_per_s;  // the highest that held; 0: none
    uint64_t broke_per_s; // the lowest that did not; 0: none
    double held_p99_ms;
    double late_p99_ms;   // of a step that the generator was late in, and that held; 0: none
    const char *broke_by; // of broke_per_s: a level, or the generator
    char reason[120];     // why the generator's last step was void
};

/* Answers a second that came within the step, or as late after it as the limit allows; by whole
 * seconds, as the load counts them. (The load's own achieved_per_s reaches to the last answer: of a
 * step of a second, a single SYN that was repeated would halve it.)
 */
static double achieved_per_s(const struct ramp_settings *set, const struct http_load_result *http)
{
    uint64_t end_ns = http->duration_ns + set->p99_ms * NS_PER_MS, answered = 0;
    for (size_t i = 0; i < http->second_count && i * NS_PER_S < end_ns; i++)
        answered += http->seconds[i].completed;
    return (double)answered * NS_PER_S / (double)http->duration_ns;
}

// By which level the step broke, or NULL: it held.
static const char *broken(const struct ramp_settings *set, const struct http_load_result *http)
{
    uint64_t errors = http->started - http->completed;
    if (errors * 1000000 > set->errors_per_million * http->started)
        return "errors";
    if (achieved_per_s(set, http) * 100 < (double)(http->rate_per_s * set->achieved_percent))
        return "achieved";
    return histogram_percentile_ns(&http->latency, 99) > set->p99_ms * NS_PER_MS ? "p99" : NULL;
}

static void note(struct ramp *ramp, const char *how)
{
    const struct http_load_result *http = ramp->http;
    json_array_append_new(
        ramp->steps,
        json_pack("{s:I, s:f, s:f, s:f, s:I, s:s}", "offered_per_s", (json_int_t)http->rate_per_s,
                  "achieved_per_s", achieved_per_s(ramp->set, http), "p50_ms",
                  (double)histogram_percentile_ns(&http->latency, 50) / NS_PER_MS, "p99_ms",
                  (double)histogram_percentile_ns(&http->latency, 99) / NS_PER_MS, "errors",
                  (json_int_t)(http->started - http->completed), "end", how));
}

static void held(struct ramp *ramp, uint64_t rate_per_s, double p99_ms)
{
    ramp->held_per_s = rate_per_s;
    ramp->held_p99_ms = p99_ms;
}

static void broke(struct ramp *ramp, uint64_t rate_per_s, const char *by)
{
    ramp->broke_per_s = rate_per_s;
    ramp->broke_by = by;
}

// One rate, once. Returns 1 when the server was put to the test, 0 when the generator fell behind,
// or -1.
static int try_step(struct ramp *ramp, uint64_t rate_per_s, struct error *error)
{
    struct http_load_result *http = ramp->http;
    if (experiment_http_run(ramp->server, rate_per_s, ramp->set->hold_ns, ramp->ports, http,
                            error) < 0)
        return -1;
    bool is_void = http_load_void(http, ramp->reason, sizeof ramp->reason);
    const char *by = broken(ramp->set, http);
    double p99_ms = (double)histogram_percentile_ns(&http->latency, 99) / NS_PER_MS;
    note(ramp, is_void ? by ? generator : "late" : by ? by : "held");
    if (is_void && !by)
        ramp->late_p99_ms = p99_ms;
    else if (!is_void && by)
        broke(ramp, rate_per_s, by);
    else if (!is_void)
        held(ramp, rate_per_s, p99_ms);
    http_load_result_free(http);
    return !is_void;
}

// One rate, as often as the generator needs. Returns 1 when it held, 0 when it did not, or -1.
static int step(struct ramp *ramp, uint64_t rate_per_s, struct error *error)
{
    int tried = 0;
    ramp->late_p99_ms = 0;
    for (int tries = 0; tries < STEP_TRIES && tried == 0 && !isolation_interrupted(); tries++)
        tried = try_step(ramp, rate_per_s, error);
    if (tried == 0 && ramp->late_p99_ms > 0)
        held(ramp, rate_per_s, ramp->late_p99_ms);
    else if (tried == 0)
        broke(ramp, rate_per_s, generator);
    return tried < 0 ? -1 : ramp->held_per_s == rate_per_s;
}

static int climb(struct ramp *ramp, struct error *error)
{
    const struct ramp_settings *set = ramp->set;
    for (uint64_t rate = set->from_per_s; rate <= set->to_per_s; rate += set->step_per_s) {
        int held = step(ramp, rate, error);
        if (held <= 0)
            return held;
    }
    return 0;
}

static int bisect(struct ramp *ramp, struct error *error)
{
    while (ramp->broke_per_s > 0 && !isolation_interrupted() &&
           ramp->broke_per_s - ramp->held_per_s > ramp->set->precision_per_s) {
        uint64_t middle = (ramp->held_per_s + ramp->broke_per_s) / 2;
        if (step(ramp, middle, error) < 0)
            return -1;
    }
    return 0;
}

static void add_figures(json_t *figures, const struct ramp *ramp)
{
    figures_add(figures, "sustained_per_s", (double)ramp->held_per_s);
    if (ramp->held_per_s > 0)
        figures_add(figures, "sustained_p99_ms", ramp->held_p99_ms);
    else
        figures_lack(figures, "sustained_p99_ms", "no rate held");
    if (ramp->broke_per_s == 0)
        figures_lack(figures, "broke_per_s", "every step up to %llu/s held",
                     (unsigned long long)ramp->set->to_per_s);
    else if (ramp->broke_by == generator)
        figures_lack(figures, "broke_per_s",
                     "the generator's limit, %llu/s, came first, so what held is a lower bound: %s",
                     (unsigned long long)ramp->broke_per_s, ramp->reason);
    else
        figures_add(figures, "broke_per_s", (double)ramp->broke_per_s);
}

// The generator did not get to say anything of the server.
static void judge(const struct ramp *ramp, struct experiment_result *result)
{
    const char *reason = isolation_interrupted()                                ? "interrupted"
                         : ramp->held_per_s == 0 && ramp->broke_by == generator ? ramp->reason
                                                                                : "";
    result->is_void = *reason != '\0';
    snprintf(result->reason, sizeof result->reason, "%s", reason);
}

static int load(const void *values, const struct server *server, struct source_ports *ports,
                json_t *figures, struct experiment_result *result, struct error *error)
{
    uint64_t start_ns = clock_now_ns();
    struct ramp ramp = {.set = values,
                        .server = server,
                        .ports = ports,
                        .http = malloc(sizeof *ramp.http),
                        .steps = json_array()};
    int code = -1;
    if (!ramp.http)
        error_set(error, EXIT_FAILED, "out of memory for a ramp's step");
    else if ((code = climb(&ramp, error)) == 0)
        code = bisect(&ramp, error);
    free(ramp.http);
    if (code < 0) {
        json_decref(ramp.steps);
        return -1;
    }
    judge(&ramp, result);
    add_figures(figures, &ramp);
    result->json =
        json_pack("{s:I, s:o, s:s?}", "elapsed_ns", (json_int_t)(clock_now_ns() - start_ns),
                  "steps", ramp.steps, "broke_by", ramp.broke_by);
    snprintf(result->key_figure, sizeof result->key_figure, "%llu/s held, then %s",
             (unsigned long long)ramp.held_per_s, ramp.broke_by ? ramp.broke_by : "the end");
    return 0;
}

static void check(const void *values, struct cfg *cfg, const config_setting_t *where)
{
    const struct ramp_settings *set = values;
    if (set->to_per_s < set->from_per_s)
        cfg_refuse(cfg, where, "the ramp ends below where it begins");
}

// Every step, and the bisection: mostly less, for a level breaks before, or the generator repeats.
static uint64_t estimate_ns(const void *values, unsigned int guests, uint64_t boot_ns)
{
    const struct ramp_settings *set = values;
    uint64_t steps = (set->to_per_s - set->from_per_s) / set->step_per_s + 1;
    (void)guests;
    (void)boot_ns;
    for (uint64_t gap = set->step_per_s; gap > set->precision_per_s; gap /= 2)
        steps++;
    return steps * set->hold_ns;
}

const struct experiment experiment_ramp = {
    .kind = "ramp",
    .speaks = "http",
    .settings = settings,
    .settings_bytes = sizeof(struct ramp_settings),
    .warm_up = &experiment_http,
    .check = check,
    .estimate_ns = estimate_ns,
    .load = load,
};
