/* memory: how fast this environment moves bytes; jobs on the shared HTTP server (job.h).
 *
 *   GET /write, /read  as `sysbench memory`: a block for each thread, written or read again and
 *                      again, until `total` bytes have been moved, or for `seconds`
 *   GET /stream        STREAM: copy, scale, add, triad; the best of ten, without the first
 * SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "http_server.h"
#include "http_service.h"
#include "job.h"
#include "move.h"
#include "stream.h"
#include "team.h"

const char http_service_name[] = "memory";

// ---- /write and /read ------------------------------------------------------------------------

static struct {
    struct move move;
    uint64_t block, total, seconds; // bytes, bytes; seconds 0: as many as it takes
    unsigned threads;
    unsigned filled; // threads whose blocks are memory by now
    bool done;       // with the share of the first thread
    uint64_t start_ns, until_ns, end_ns;
    struct mover *movers;
} moved;

// Each looks at the clock before every operation, as sysbench does, and as the first does for its
// slices.
static void move_run(unsigned worker)
{
    while (!team_stopping() && job_now_ns() < moved.until_ns &&
           !move_step(&moved.move, &moved.movers[worker], job_now_ns))
        ;
}

static bool move_memory(struct query *query)
{
    moved.movers = job_memory(query, moved.threads * sizeof *moved.movers);
    if (moved.movers == NULL)
        return false;
    memset(moved.movers, 0, moved.threads * sizeof *moved.movers);
    for (unsigned i = 0; i < moved.threads; i++) {
        moved.movers[i].random[0] = i + 1;
        moved.movers[i].words = job_memory(query, moved.block);
        if (moved.movers[i].words == NULL)
            return false;
    }
    return true;
}

static void move_free(void)
{
    for (unsigned i = 0; moved.movers != NULL && i < moved.threads; i++)
        free((void *)moved.movers[i].words);
    free(moved.movers);
}

static bool move_begin(struct query *query, bool writes)
{
    static const char *const modes[] = {"seq", "rnd", NULL};
    moved.block = query_size(query, "block", 8, 1 << 30, 1024);
    moved.total = query_size(query, "total", 8, 1ull << 50, 10ull << 30);
    moved.seconds = query_number(query, "seconds", 0, 86400, 0);
    moved.move = (struct move){.writes = writes, .random = query_word(query, "mode", modes) == 1};
    moved.threads = (unsigned)query_number(query, "threads", 1, TEAM_MAX, 1);
    query_end(query);
    if (moved.block % sizeof(uint64_t) != 0)
        query_fail(query, 400, "block: %llu is no multiple of 8", (unsigned long long)moved.block);
    if (query->error[0] != '\0')
        return false;
    moved.move.words = moved.block / sizeof(uint64_t);
    moved.move.operations = (moved.total + moved.block - 1) / moved.block;
    moved.filled = 0;
    moved.done = false;
    if (move_memory(query) && team_start(query, moved.threads, move_run))
        return true;
    move_free();
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

static bool move_filled(void)
{
    while (moved.filled < moved.threads && !job_slice_over())
        moved.filled += move_fill_step(&moved.move, &moved.movers[moved.filled]);
    if (moved.filled < moved.threads)
        return false;
    moved.start_ns = job_now_ns();
    moved.until_ns = moved.seconds ? moved.start_ns + moved.seconds * 1000000000 : UINT64_MAX;
    team_go();
    return true;
}

static bool move_slice(void)
{
    if (moved.filled < moved.threads && !move_filled())
        return false;
    while (!moved.done && !job_slice_over())
        moved.done = move_step(&moved.move, &moved.movers[0], job_now_ns);
    moved.end_ns = job_now_ns();
    moved.done |= moved.end_ns >= moved.until_ns;
    return moved.done && team_done();
}

static bool move_report(char *text, size_t size)
{
    char times[160];
    struct sample *all = &moved.movers[0].sample;
    for (unsigned i = 1; i < moved.threads; i++)
        sample_merge(all, &moved.movers[i].sample);
    double seconds = (double)(moved.end_ns - moved.start_ns) / 1e9;
    double mib = (double)(all->count * moved.block) / (1 << 20);
    sample_json(all, "operation_ms", times, sizeof times);
    snprintf(text, size,
             "\"block\": %llu, \"total\": %llu, \"seconds\": %llu, \"mode\": \"%s\", "
             "\"threads\": %u, \"total_seconds\": %.6f, \"operations\": %llu, "
             "\"operations_per_second\": %.2f, \"mib_per_second\": %.2f, %s",
             (unsigned long long)moved.block, (unsigned long long)moved.total,
             (unsigned long long)moved.seconds, moved.move.random ? "rnd" : "seq", moved.threads,
             seconds, (unsigned long long)all->count, (double)all->count / seconds, mib / seconds,
             times);
    return true;
}

static void move_end(void)
{
    team_end();
    move_free();
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

static bool stream_job_report(char *text, size_t size)
{
    unsigned long long cache = cache_bytes(), array = stream.elements * sizeof(double);
    const char *note = cache == 0          ? "the size of the last-level cache is not known"
                       : array < 4 * cache ? "the arrays are less than four times the last-level "
                                             "cache: this is partly the cache's speed"
                                           : "the arrays are at least four times the last-level "
                                             "cache";
    double error = stream.error;
    if (error >= 1e-13) {
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
    {"/write", "?block=1K&total=10G&seconds=0&mode=seq|rnd&threads=1", write_begin, move_slice,
     move_report, move_end},
    {"/read", "?block=1K&total=10G&seconds=0&mode=seq|rnd&threads=1", read_begin, move_slice,
     move_report, move_end},
    {"/stream", "?elements=2000000", stream_job_begin, stream_job_slice, stream_job_report,
     stream_job_end},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    http_main(argc, argv, NULL);
}
