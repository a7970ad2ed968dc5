/* cpu: how fast this environment computes; jobs on the shared HTTP server (job.h).
 *
 *   GET /primes   events of `sysbench cpu`, by number or by time, by one thread or several
 *   GET /linpack  a dense system of equations solved, residual checked, GFLOP/s
 * SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "http_server.h"
#include "http_service.h"
#include "job.h"
#include "linear.h"
#include "primes.h"
#include "sample.h"
#include "team.h"

const char http_service_name[] = "cpu";

// ---- /primes ---------------------------------------------------------------------------------

// At most, or those of one number: a small part of a slice, even where it is emulated.
static const double STEP_DIVISIONS = 30000;

static struct {
    uint64_t limit, events, seconds; // events or seconds 0: as many as there are
    uint64_t step;                   // numbers tried between two looks at the clock
    unsigned threads;
    uint64_t start_ns, end_ns;
    bool done;           // with the share of the first thread
    atomic_ullong taken; // events begun
    atomic_ullong found; // primes in the last event that ended
    struct worker {
        struct primes primes; // of the event under way
        uint64_t event_ns;    // its beginning; 0: none is under way
        struct sample sample;
    } * workers;
} primes;

static bool event_begin(struct worker *w, uint64_t now_ns)
{
    if (primes.seconds != 0 && now_ns - primes.start_ns >= primes.seconds * 1000000000)
        return false;
    if (primes.events != 0 && atomic_fetch_add(&primes.taken, 1) >= primes.events)
        return false;
    w->primes = (struct primes){.next = PRIMES_FIRST, .found = primes.limit > 2};
    w->event_ns = now_ns;
    return true;
}

// A step of a worker; true: there is no more for it to do.
static bool worker_step(struct worker *w)
{
    if (w->event_ns == 0 && !event_begin(w, job_now_ns()))
        return true;
    uint64_t left = primes.limit - w->primes.next;
    primes_step(&w->primes, w->primes.next + (left < primes.step ? left : primes.step));
    if (w->primes.next < primes.limit)
        return false;
    uint64_t now_ns = job_now_ns();
    sample_add(&w->sample, now_ns - w->event_ns);
    atomic_store(&primes.found, w->primes.found);
    w->event_ns = 0;
    return !event_begin(w, now_ns);
}

static void worker_run(unsigned worker)
{
    while (!team_stopping() && !worker_step(&primes.workers[worker]))
        ;
}

static bool primes_begin(struct query *query)
{
    primes.limit = query_number(query, "max", 3, 1000000000, 10000);
    primes.events = query_number(query, "events", 1, 1000000000, 0);
    primes.seconds = query_number(query, "seconds", 1, 86400, primes.events ? 0 : 10);
    primes.threads = (unsigned)query_number(query, "threads", 1, TEAM_MAX, 1);
    query_end(query);
    if (query->error[0] != '\0')
        return false;
    primes.workers = calloc(primes.threads, sizeof *primes.workers);
    if (primes.workers == NULL)
        return query_fail(query, 507, "no memory for %u threads", primes.threads);
    atomic_store(&primes.taken, 0);
    primes.step = 1 + (uint64_t)(STEP_DIVISIONS / sqrt((double)primes.limit));
    primes.done = false;
    if (!team_start(query, primes.threads, worker_run)) {
        free(primes.workers);
        return false;
    }
    primes.start_ns = job_now_ns();
    team_go();
    return true;
}

static bool primes_slice(void)
{
    while (!primes.done && !job_slice_over())
        primes.done = worker_step(&primes.workers[0]);
    if (!primes.done || !team_done())
        return false;
    primes.end_ns = job_now_ns();
    return true;
}

static bool primes_report(char *text, size_t size)
{
    char times[160];
    struct sample *all = &primes.workers[0].sample;
    for (unsigned i = 1; i < primes.threads; i++)
        sample_merge(all, &primes.workers[i].sample);
    double seconds = (double)(primes.end_ns - primes.start_ns) / 1e9;
    sample_json(all, "event_ms", times, sizeof times);
    snprintf(text, size,
             "\"max\": %llu, \"events\": %llu, \"seconds\": %llu, \"threads\": %u, "
             "\"total_seconds\": %.6f, \"total_events\": %llu, \"events_per_second\": %.3f, %s, "
             "\"primes\": %llu",
             (unsigned long long)primes.limit, (unsigned long long)primes.events,
             (unsigned long long)primes.seconds, primes.threads, seconds,
             (unsigned long long)all->count, (double)all->count / seconds, times,
             (unsigned long long)atomic_load(&primes.found));
    return true;
}

static void primes_end(void)
{
    team_end();
    free(primes.workers);
}

// ---- /linpack --------------------------------------------------------------------------------

static struct {
    struct linear linear;
    uint64_t start_ns, end_ns; // of the solution: decomposition and substitution
} linpack;

enum { LINPACK_STEP_OPERATIONS = 20000 };

static bool linpack_begin(struct query *query)
{
    uint64_t n = query_number(query, "n", 2, 10000, 1000);
    query_end(query);
    void *memory = query->error[0] == '\0' ? job_memory(query, linear_bytes(n)) : NULL;
    if (memory == NULL)
        return false;
    linear_begin(&linpack.linear, n, memory);
    return true;
}

static bool linpack_slice(void)
{
    struct linear *linear = &linpack.linear;
    size_t rows = 1 + LINPACK_STEP_OPERATIONS / linear->n;
    bool done = false;
    while (!done && !job_slice_over())
        for (size_t i = 0; i < rows && !done; i++) {
            enum linear_phase before = linear->phase;
            done = linear_step(linear);
            if (linear->phase == before)
                continue;
            if (linear->phase == LINEAR_FACTOR)
                linpack.start_ns = job_now_ns();
            if (linear->phase == LINEAR_RESIDUAL)
                linpack.end_ns = job_now_ns();
        }
    return done;
}

static bool linpack_report(char *text, size_t size)
{
    const struct linear *linear = &linpack.linear;
    double seconds = (double)(linpack.end_ns - linpack.start_ns) / 1e9;
    double residual = linear_residual(linear);
    if (linear->singular || !(residual < 16)) {
        snprintf(text, size, "n=%zu: the solution is wrong: residual %g, which should be below 16",
                 linear->n, residual);
        return false;
    }
    snprintf(text, size,
             "\"n\": %zu, \"total_seconds\": %.6f, \"gflops\": %.6f, \"residual\": %.6f, "
             "\"residual_limit\": 16",
             linear->n, seconds, linear_operations(linear->n) / seconds / 1e9, residual);
    return true;
}

static void linpack_end(void)
{
    free(linpack.linear.a);
}

const struct job jobs[] = {
    {"/primes", "?max=10000&events=N&seconds=10&threads=1", primes_begin, primes_slice,
     primes_report, primes_end},
    {"/linpack", "?n=1000", linpack_begin, linpack_slice, linpack_report, linpack_end},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    http_main(argc, argv, NULL);
}
