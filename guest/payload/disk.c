/* disk: how fast this environment reaches its disk; jobs on the shared HTTP server (job.h).
 *
 *   GET /seq     as bonnie++: writes all blocks and syncs, rewrites each, reads each
 *   GET /seeks   as bonnie++: reads blocks at random places, and rewrites one in ten
 *   GET /random  as `sysbench fileio`: reads, writes, or 3:2 of both at random places, and an fsync
 *                after every so many
 *
 * The disk is /dev/vda, or the block device or file given as argument; what is on it is lost. All
 * blocks are the program's own (pattern.h): a wrong one, when it is read, is an error and no
 * figure. What /seeks and /random read is written beforehand, untimed.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http_server.h"
#include "http_service.h"
#include "job.h"
#include "pattern.h"
#include "sample.h"

enum { BLOCK_MAX = 1 << 20 };

const char http_service_name[] = "disk";

static const char *path = "/dev/vda";
static _Alignas(4096) char block[BLOCK_MAX]; // as O_DIRECT wants it

static struct {
    int fd;
    bool direct;
    uint64_t size, bytes; // of the area, of a block
    uint64_t blocks;
    uint64_t seconds;
    uint64_t next; // block, or request
    uint64_t start_ns, request_ns;
    char fault[160];
} disk;

// What an earlier request has left on the disk.
static struct {
    uint64_t blocks, bytes, generation;
} written;

// ---- blocks ----------------------------------------------------------------------------------

static bool failed(const char *what, uint64_t number, const char *why)
{
    snprintf(disk.fault, sizeof disk.fault, "%s of block %llu of %s: %s", what,
             (unsigned long long)number, path, why);
    return false;
}

static bool block_write(uint64_t number)
{
    pattern_fill(block, disk.bytes, number, written.generation);
    ssize_t put = pwrite(disk.fd, block, disk.bytes, (off_t)(number * disk.bytes));
    if (put == (ssize_t)disk.bytes)
        return true;
    return failed("write", number, put < 0 ? strerror(errno) : "cut short");
}

static bool block_read(uint64_t number)
{
    ssize_t got = pread(disk.fd, block, disk.bytes, (off_t)(number * disk.bytes));
    if (got != (ssize_t)disk.bytes)
        return failed("read", number, got < 0 ? strerror(errno) : "cut short");
    const char *fault = pattern_fault(block, disk.bytes, number);
    return fault == NULL || failed("read", number, fault);
}

static bool sync_all(void)
{
    if (fsync(disk.fd) == 0)
        return true;
    snprintf(disk.fault, sizeof disk.fault, "fsync of %s: %s", path, strerror(errno));
    return false;
}

static uint64_t random_block(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 32) * disk.blocks >> 32;
}

// ---- what all requests have in common --------------------------------------------------------

static bool disk_open(struct query *query)
{
    disk.fd = open(path, O_RDWR | (disk.direct ? O_DIRECT : 0));
    if (disk.fd < 0)
        return query_fail(query, 507, "%s cannot be opened for reading and writing: %s", path,
                          strerror(errno));
    off_t there = lseek(disk.fd, 0, SEEK_END);
    if (disk.size == 0 && there > 0)
        disk.size = (uint64_t)there;
    disk.blocks = disk.size / disk.bytes;
    if (there > 0 && disk.size <= (uint64_t)there && disk.blocks > 0)
        return true;
    query_fail(query, 507, "%s has %lld bytes, too few", path, (long long)there);
    close(disk.fd);
    return false;
}

static bool disk_begin(struct query *query, uint64_t usual_bytes)
{
    disk.size = query_size(query, "size", PATTERN_BYTES_MIN, 1ull << 41, 0);
    disk.bytes = query_size(query, "block", PATTERN_BYTES_MIN, BLOCK_MAX, usual_bytes);
    disk.direct = query_number(query, "direct", 0, 1, 0) == 1;
    query_end(query);
    if (disk.bytes % PATTERN_BYTES_MIN != 0)
        query_fail(query, 400, "block: %llu is no multiple of 512", (unsigned long long)disk.bytes);
    if (query_has(query, "size") && disk.size < disk.bytes)
        query_fail(query, 400, "size: %llu bytes are less than a block of %llu",
                   (unsigned long long)disk.size, (unsigned long long)disk.bytes);
    if (query->error[0] != '\0')
        return false;
    disk.next = 0;
    disk.fault[0] = '\0';
    return disk_open(query);
}

static void disk_end(void)
{
    close(disk.fd);
}

// Writes what is to be read, if it is not there. True: it is, or that has failed.
static bool prepare(void)
{
    if (written.bytes == disk.bytes && written.blocks >= disk.blocks)
        return true;
    written.bytes = 0;
    while (disk.fault[0] == '\0' && disk.next < disk.blocks && !job_slice_over())
        if (block_write(disk.next))
            disk.next++;
    if (disk.fault[0] != '\0')
        return true;
    if (disk.next < disk.blocks || !sync_all())
        return disk.fault[0] != '\0';
    written.bytes = disk.bytes;
    written.blocks = disk.blocks;
    disk.next = 0;
    return true;
}

static int report_common(char *text, size_t size)
{
    return snprintf(text, size,
                    "\"device\": \"%s\", \"size\": %llu, \"block\": %llu, \"direct\": %d", path,
                    (unsigned long long)disk.size, (unsigned long long)disk.bytes, disk.direct);
}

// True: there is a fault, and the text tells it.
static bool report_fault(char *text, size_t size)
{
    if (disk.fault[0] != '\0')
        snprintf(text, size, "%s", disk.fault);
    return disk.fault[0] != '\0';
}

// ---- /seq ------------------------------------------------------------------------------------

enum phase { PHASE_WRITE, PHASE_REWRITE, PHASE_READ, PHASES };

static struct {
    enum phase phase;
    uint64_t ns[PHASES];
} seq;

static bool seq_begin(struct query *query)
{
    seq.phase = PHASE_WRITE;
    if (!disk_begin(query, 8192))
        return false;
    written.bytes = 0; // until all is written
    written.generation++;
    disk.start_ns = job_now_ns();
    return true;
}

static bool seq_block(uint64_t number)
{
    return (seq.phase == PHASE_WRITE || block_read(number)) &&
           (seq.phase == PHASE_READ || block_write(number));
}

static bool seq_phase_end(void)
{
    if (seq.phase != PHASE_READ && !sync_all())
        return true;
    uint64_t now_ns = job_now_ns();
    seq.ns[seq.phase] = now_ns - disk.start_ns;
    disk.start_ns = now_ns;
    disk.next = 0;
    written.generation++;
    return ++seq.phase == PHASES;
}

static bool seq_slice(void)
{
    while (!job_slice_over()) {
        if (!seq_block(disk.next))
            return true;
        if (++disk.next == disk.blocks && seq_phase_end()) {
            written.bytes = disk.fault[0] == '\0' ? disk.bytes : 0;
            written.blocks = disk.blocks;
            return true;
        }
    }
    return false;
}

static bool seq_report(char *text, size_t size)
{
    static const char *const names[PHASES] = {"write", "rewrite", "read"};
    if (report_fault(text, size))
        return false;
    int used = report_common(text, size);
    for (enum phase phase = PHASE_WRITE; phase < PHASES; phase++) {
        double seconds = (double)seq.ns[phase] / 1e9;
        used +=
            snprintf(text + used, size - (size_t)used,
                     ", \"%s_seconds\": %.6f, \"%s_kib_per_second\": %.1f", names[phase], seconds,
                     names[phase], (double)(disk.blocks * disk.bytes) / 1024 / seconds);
    }
    return true;
}

// ---- /seeks and /random ----------------------------------------------------------------------

enum mode { MODE_READ_WRITE, MODE_READ, MODE_WRITE };

static struct {
    bool seeks;
    enum mode mode;
    uint64_t sync; // an fsync after so many requests; 0: never
    uint64_t reads, writes, syncs;
    uint64_t end_ns;
    struct sample sample;
} at_random;

static bool at_random_begin(struct query *query, uint64_t usual_bytes)
{
    disk.seconds = query_number(query, "seconds", 1, 86400, 10);
    disk.start_ns = 0;
    at_random.reads = at_random.writes = at_random.syncs = 0;
    memset(&at_random.sample, 0, sizeof at_random.sample);
    return disk_begin(query, usual_bytes);
}

static bool seeks_begin(struct query *query)
{
    at_random.seeks = true;
    at_random.sync = 0;
    return at_random_begin(query, 8192);
}

static bool random_begin(struct query *query)
{
    static const char *const modes[] = {"rndrw", "rndrd", "rndwr", NULL};
    at_random.seeks = false;
    at_random.mode = query_word(query, "mode", modes);
    at_random.sync = query_number(query, "sync", 0, 1000000, 100);
    if (at_random.mode == MODE_READ)
        at_random.sync = 0; // there is nothing to sync
    return at_random_begin(query, 16384);
}

// One block, read, written, or read and rewritten.
static bool at_random_request(void)
{
    uint64_t number = random_block(), turn = disk.next++;
    bool writes = at_random.seeks                     ? turn % 10 == 9
                  : at_random.mode == MODE_READ_WRITE ? turn % 5 >= 3
                                                      : at_random.mode == MODE_WRITE;
    bool reads = at_random.seeks || !writes;
    at_random.reads += reads;
    at_random.writes += writes;
    written.generation += writes;
    return (!reads || block_read(number)) && (!writes || block_write(number));
}

static bool at_random_slice(void)
{
    if (disk.start_ns == 0) {
        if (!prepare())
            return false;
        if (disk.fault[0] != '\0')
            return true;
        disk.start_ns = job_now_ns();
    }
    while (!job_slice_over()) {
        uint64_t before_ns = job_now_ns();
        if (before_ns - disk.start_ns >= disk.seconds * 1000000000) {
            at_random.end_ns = before_ns;
            return true;
        }
        if (!at_random_request())
            return true;
        sample_add(&at_random.sample, job_now_ns() - before_ns);
        if (at_random.sync != 0 && disk.next % at_random.sync == 0) {
            at_random.syncs++;
            if (!sync_all())
                return true;
        }
    }
    return false;
}

static bool at_random_report(char *text, size_t size)
{
    char times[160];
    if (report_fault(text, size))
        return false;
    uint64_t requests = at_random.sample.count;
    double seconds = (double)(at_random.end_ns - disk.start_ns) / 1e9;
    int used = report_common(text, size);
    sample_json(&at_random.sample, "request_ms", times, sizeof times);
    snprintf(text + used, size - (size_t)used,
             ", \"seconds\": %llu, \"sync\": %llu, \"total_seconds\": %.6f, \"reads\": %llu, "
             "\"writes\": %llu, \"fsyncs\": %llu, \"%s_per_second\": %.2f, "
             "\"mib_per_second\": %.3f, %s",
             (unsigned long long)disk.seconds, (unsigned long long)at_random.sync, seconds,
             (unsigned long long)at_random.reads, (unsigned long long)at_random.writes,
             (unsigned long long)at_random.syncs, at_random.seeks ? "seeks" : "requests",
             (double)requests / seconds,
             (double)((at_random.reads + at_random.writes) * disk.bytes) / (1 << 20) / seconds,
             times);
    return true;
}

const struct job jobs[] = {
    {"/seq", "?size=8G&block=8K&direct=0", seq_begin, seq_slice, seq_report, disk_end},
    {"/seeks", "?size=8G&block=8K&seconds=10&direct=0", seeks_begin, at_random_slice,
     at_random_report, disk_end},
    {"/random", "?mode=rndrw|rndrd|rndwr&size=8G&block=16K&seconds=10&sync=100&direct=0",
     random_begin, at_random_slice, at_random_report, disk_end},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    http_main(argc, argv, &path);
}
