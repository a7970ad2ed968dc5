/* Jobs: what a GET starts in the payloads that compute (cpu, memory, disk).
 *
 * A job works in slices, between which the server looks at its connections; one at a time, and a
 * request for another meanwhile is answered with 409. A payload defines jobs[] and
 * http_service_name, and its main() is http_main(). GET / lists them.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_JOB_H
#define THRICE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query.h"

struct job {
    const char *path; // "/primes"; NULL ends a list
    const char *help; // its parameters, for GET /

    // Takes its parameters and what it needs. False: query_fail() has been told why, and nothing
    // is left to be undone.
    bool (*begin)(struct query *query);

    // Goes on until job_slice_over(), or until it is done. True: it is done, well or not.
    bool (*slice)(void);

    // After the last slice: writes the members of a JSON object, without its braces; false: it has
    // failed, and the text is a sentence that says how.
    bool (*report)(char *text, size_t size);

    // Gives everything back; also of a job that was abandoned.
    void (*end)(void);
};

// The payload defines them; see http_service_name as well.
extern const struct job jobs[];

// Whether the slice has lasted long enough. Reads the clock: not for every step of a loop.
bool job_slice_over(void);

// CLOCK_MONOTONIC.
uint64_t job_now_ns(void);

// Memory for a job, zeroed by nobody; NULL, and an error 507, when there is not so much. Freed by
// free().
void *job_memory(struct query *query, uint64_t bytes);

#endif
