/* Jobs; see job.h. This is the http_service of every payload that has them.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>

#include "http_service.h"

enum {
    SLICE_NS = 5 * 1000 * 1000, // with what a step may last beyond it, within 10 ms
    REPLY_BYTES = 2048,
};

static const uint64_t MEMORY_SPARED_BYTES = 2 << 20;

static const struct job *running;
static uint64_t granted_bytes; // to it
static uint64_t slice_end_ns;

uint64_t job_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

bool job_slice_over(void)
{
    return job_now_ns() >= slice_end_ns;
}

// Three quarters of the machine's memory are for jobs. Linux promises more than it has, and kills
// who takes it at its word. Where an allocation takes memory at once, connections are left some.
void *job_memory(struct query *query, uint64_t bytes)
{
    struct sysinfo info;
    void *memory = NULL;
    if (sysinfo(&info) == 0 &&
        granted_bytes + bytes <= (uint64_t)info.totalram * info.mem_unit / 4 * 3)
        memory = malloc(bytes);
    if (memory != NULL &&
        (sysinfo(&info) < 0 || (uint64_t)info.freeram * info.mem_unit < MEMORY_SPARED_BYTES)) {
        free(memory);
        memory = NULL;
    }
    granted_bytes += bytes;
    if (memory == NULL)
        query_fail(query, 507, "there are no %llu bytes of memory for it",
                   (unsigned long long)bytes);
    return memory;
}

static void job_route(struct http_request *r, const struct http_target *target)
{
    const struct job *job = jobs;
    r->status = 200;
    r->route = 0;
    if (target->path_bytes == 1)
        return;
    for (r->route = 1; job->path != NULL; job++, r->route++)
        if (strlen(job->path) == target->path_bytes &&
            memcmp(job->path, target->path, target->path_bytes) == 0) {
            r->text = strndup(target->query, target->query_bytes);
            return;
        }
    r->status = 404;
}

// Answers with a sentence.
static void refuse(struct http_request *r, int status, const char *sentence)
{
    free(r->text);
    r->status = (uint16_t)status;
    r->text = NULL;
    if (asprintf(&r->text, "%s\n", sentence) < 0)
        r->text = NULL; // the status says it too
}

static unsigned long long clock_resolution_ns(void)
{
    struct timespec resolution;
    clock_getres(CLOCK_MONOTONIC, &resolution);
    return (unsigned long long)resolution.tv_sec * 1000000000 +
           (unsigned long long)resolution.tv_nsec;
}

static void list_jobs(struct http_request *r)
{
    char text[REPLY_BYTES];
    int used =
        snprintf(text, sizeof text, "{\"payload\": \"%s\", \"requests\": [", http_service_name);
    for (const struct job *job = jobs; job->path != NULL; job++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s\"%s%s\"",
                         job == jobs ? "" : ", ", job->path, job->help);
    snprintf(text + used, sizeof text - (size_t)used, "]}\n");
    r->text = strdup(text);
}

static bool job_start(struct http_request *r)
{
    struct query query;
    if (r->route == 0) {
        list_jobs(r);
        return false;
    }
    const struct job *job = &jobs[r->route - 1];
    if (running != NULL) {
        refuse(r, 409, "another request is being worked on; ask again when it is answered");
        return false;
    }
    if (r->text == NULL) {
        refuse(r, 507, "no memory for the parameters");
        return false;
    }
    granted_bytes = 0;
    query_parse(&query, r->text);
    if (query.error[0] == '\0' && job->begin(&query)) {
        running = job;
        return true;
    }
    refuse(r, query.status, query.error);
    return false;
}

static void job_end(void)
{
    running->end();
    running = NULL;
}

static void answer(struct http_request *r)
{
    char members[REPLY_BYTES];
    bool good = running->report(members, sizeof members);
    if (!good) {
        refuse(r, 500, members);
        return;
    }
    free(r->text);
    r->text = NULL;
    if (asprintf(&r->text, "{\"request\": \"%s\", %s, \"clock_resolution_ns\": %llu}\n",
                 running->path, members, clock_resolution_ns()) < 0) {
        r->text = NULL;
        r->status = 507;
    }
}

static bool job_work(struct http_request *r)
{
    slice_end_ns = job_now_ns() + SLICE_NS;
    if (!running->slice())
        return false;
    answer(r);
    job_end();
    return true;
}

static void no_body(const struct http_request *r, struct http_body *body)
{
    (void)r; // there was no memory for its text
    body->text[0] = '\0';
}

static const char *job_answer(struct http_request *r, uint64_t *bytes)
{
    return http_answer_of_text(r, bytes);
}

const struct http_service http_service = {
    .route = job_route,
    .prebuilt = job_answer,
    .body = no_body,
    .start = job_start,
    .go_on = http_connection_work,
    .work = job_work,
    .abandon = job_end,
};
