/* memory: how fast this environment moves bytes; jobs on the shared HTTP server (job.h).
 *
 *   GET /write, /read  as `sysbench memory`: a buffer of `block` bytes for each thread, written or
 *                      read word by word again and again, until `total` bytes have been moved
 *   GET /stream        STREAM: copy, scale, add, triad; the best of ten, without the first
 * SPDX-License-Identifier: BSD-2-Clause */
#include <cpuid.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_server.h"
#include "http_service.h"
#include "job.h"
#include "stream.h"
#include "team.h"

const char http_service_name[] = "memory";

// ---- /write and /read ------------------------------------------------------------------------

enum { STEP_BYTES = 128 * 1024, PLACES_MAX = STEP_BYTES / sizeof(uint64_t) };

static struct {
    bool writes, random;
    uint64_t block, total, blocks; // bytes, bytes, operations
    unsigned threads;
    uint64_t start_ns, end_ns;
    bool done;
    atomic_ullong taken; // operations begun
    struct worker {
        volatile uint64_t *words; // block bytes
        uint64_t at;              // of the operation under way; block: none is
        uint64_t seed;
        uint64_t sum; // of what was read: it must be read
    } worker[TEAM_MAX];
} move;

static void move_sequential(struct worker *w, uint64_t end)
{
    volatile uint64_t *words = w->words;
    if (move.writes) {
        for (uint64_t i = w->at; i < end; i++)
            words[i] = i;
        return;
    }
    uint64_t sum = 0;
    for (uint64_t i = w->at; i < end; i++)
        sum += words[i];
    w->sum += sum;
}

// The upper half of a linear congruential sequence, scaled to the words of the block.
static void move_random(struct worker *w, uint64_t end)
{
    uint64_t count = move.block / sizeof(uint64_t), sum = 0;
    for (uint64_t i = w->at; i < end; i++) {
        w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
        volatile uint64_t *word = &w->words[(w->seed >> 32) * count >> 32];
        if (move.writes)
            *word = i;
        else
            sum += *word;
    }
    w->sum += sum;
}

// A step of a worker: whole operations, or a part of a long one. True: there is no more to do.
static bool move_step(struct worker *w)
{
    uint64_t words = move.block / sizeof(uint64_t);
    for (uint64_t left = PLACES_MAX; left > 0;) {
        if (w->at == words) {
            if (atomic_fetch_add_explicit(&move.taken, 1, memory_order_relaxed) >= move.blocks)
                return true;
            w->at = 0;
        }
        uint64_t count = words - w->at < left ? words - w->at : left;
        (move.random ? move_random : move_sequential)(w, w->at + count);
        w->at += count;
        left -= count;
    }
    return false;
}

static void move_run(unsigned worker)
{
    while (!team_stopping() && !move_step(&move.worker[worker]))
        ;
}

static void move_end(void)
{
    team_end();
    for (unsigned i = 0; i < TEAM_MAX; i++) {
        free((void *)move.worker[i].words);
        move.worker[i].words = NULL;
    }
}

// Each thread's block, touched: pages that were never written would not be memory yet.
static bool move_memory(struct query *query)
{
    for (unsigned i = 0; i < move.threads; i++) {
        struct worker *w = &move.worker[i];
        void *memory = job_memory(query, move.block);
        if (memory == NULL) {
            move_end();
            return false;
        }
        memset(memory, 0, move.block);
        *w = (struct worker){.words = memory, .at = move.block / sizeof(uint64_t), .seed = i};
    }
    return true;
}

static bool move_begin(struct query *query, bool writes)
{
    static const char *const modes[] = {"seq", "rnd", NULL};
    move.writes = writes;
    move.block = query_size(query, "block", 8, 1 << 30, 1024);
    move.total = query_size(query, "total", 8, 1ull << 50, 10ull << 30);
    move.random = query_word(query, "mode", modes) == 1;
    move.threads = (unsigned)query_number(query, "threads", 1, TEAM_MAX, 1);
    query_end(query);
    if (move.block % sizeof(uint64_t) != 0)
        query_fail(query, 400, "block: %llu is no multiple of 8", (unsigned long long)move.block);
    if (query->error[0] != '\0' || !move_memory(query))
        return false;
    move.blocks = (move.total + move.block - 1) / move.block;
    move.done = false;
    atomic_store(&move.taken, 0);
    move.start_ns = job_now_ns();
    if (team_start(query, move.threads, move_run))
        return true;
    move_end();
    return false;
}

static bool write_begin(struct query *query)
{
    return move_begin(query, true);
}

static bool read_begin(struct query *query)
{
    return move_begin(query, false);
}

static bool move_slice(void)
{
    while (!move.done && !job_slice_over())
        move.done = move_step(&move.worker[0]);
    if (!move.done || !team_done())
        return false;
    move.end_ns = job_now_ns();
    return true;
}

static bool move_report(char *text, size_t size)
{
    double seconds = (double)(move.end_ns - move.start_ns) / 1e9;
    double mib = (double)(move.blocks * move.block) / (1 << 20);
    snprintf(text, size,
             "\"block\": %llu, \"total\": %llu, \"mode\": \"%s\", \"threads\": %u, "
             "\"total_seconds\": %.6f, \"operations\": %llu, \"operations_per_second\": %.2f, "
             "\"mib_per_second\": %.2f",
             (unsigned long long)move.block, (unsigned long long)move.total,
             move.random ? "rnd" : "seq", move.threads, seconds, (unsigned long long)move.blocks,
             (double)move.blocks / seconds, mib / seconds);
    return true;
}

// ---- /stream ---------------------------------------------------------------------------------

static struct stream stream;

static bool stream_job_begin(struct query *query)
{
    uint64_t elements = query_number(query, "elements", 1000, 1ull << 32, 2000000);
    query_end(query);
    void *memory = query->error[0] == '\0' ? job_memory(query, stream_bytes(elements)) : NULL;
    if (memory == NULL)
        return false;
    stream_begin(&stream, elements, memory);
    return true;
}

static bool stream_job_slice(void)
{
    bool done = false;
    while (!done && !job_slice_over())
        done = stream_step(&stream, job_now_ns);
    return done;
}

// Bytes of the last level of cache, as CPUID tells (leaf 4 of Intel's processors, 0x8000001d of
// AMD's, of the same form); 0 where it does not.
static unsigned long long cache_bytes(void)
{
    static const unsigned leaves[] = {4, 0x8000001d};
    unsigned a, b, c, d, highest = 0;
    unsigned long long bytes = 0;
    for (unsigned i = 0; i < 2; i++)
        for (unsigned n = 0; n < 8 && __get_cpuid_count(leaves[i], n, &a, &b, &c, &d); n++) {
            unsigned level = (a & 31) != 0 ? a >> 5 & 7 : 0;
            if (level <= highest)
                continue;
            highest = level;
            bytes = (unsigned long long)((b >> 22) + 1) * ((b >> 12 & 1023) + 1) *
                    ((b & 4095) + 1) * (c + 1ull); // ways, partitions, line, sets
        }
    return bytes;
}

static bool stream_job_report(char *text, size_t size)
{
    unsigned long long cache = cache_bytes(), array = stream.elements * sizeof(double);
    const char *note = cache == 0          ? "the size of the last-level cache is not known"
                       : array < 4 * cache ? "the arrays are less than four times the last-level "
                                             "cache: this is partly the cache's speed"
                                           : "the arrays are at least four times the last-level "
                                             "cache";
    double error = stream_error(&stream);
    if (!(error < 1e-13)) {
        snprintf(text, size, "the arrays hold what they should not: relative error %g", error);
        return false;
    }
    int used = snprintf(text, size,
                        "\"elements\": %llu, \"array_bytes\": %llu, \"cache_bytes\": %llu, "
                        "\"cache\": \"%s\", \"relative_error\": %g",
                        (unsigned long long)stream.elements, array, cache, note, error);
    for (unsigned kernel = 0; kernel < STREAM_KERNELS; kernel++)
        used += snprintf(text + used, size - (size_t)used, ", \"%s_mb_per_second\": %.1f",
                         stream_name[kernel], stream_mb_per_second(&stream, kernel));
    return true;
}

static void stream_job_end(void)
{
    free(stream.a);
}

const struct job jobs[] = {
    {"/write", "?block=1K&total=10G&mode=seq|rnd&threads=1", write_begin, move_slice, move_report,
     move_end},
    {"/read", "?block=1K&total=10G&mode=seq|rnd&threads=1", read_begin, move_slice, move_report,
     move_end},
    {"/stream", "?elements=2000000", stream_job_begin, stream_job_slice, stream_job_report,
     stream_job_end},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    http_main(argc, argv, NULL);
}
