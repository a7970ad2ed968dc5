/* One GET, answered however late: what a job of a payload, or a page, takes; in threads, several,
 * which can be due at one instant.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FETCH_H
#define THRICE_FETCH_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct fetch {
    struct in_addr address;
    uint16_t port;
    const char *path;
    uint64_t timeout_ns;
    uint64_t due_ns; /* monotonic, when to connect; 0: at once */
    char *answer;    /* for the answer's beginning, its head included, ended by a 0; or NULL */
    size_t answer_size;
    uint64_t elapsed_ns; /* filled: from when it was due until the server has closed */
    int code;            /* filled: 0, or -1 and the error */
    struct error error;
    pthread_t thread; /* private */
};

/* Asks by HTTP/1.0 and waits for the whole answer, which must be a 200. Returns fetch->code. */
int fetch_run(struct fetch *fetch);

/* The same in a thread; fetch_join() waits for it. */
int fetch_begin(struct fetch *fetch, struct error *error);
int fetch_join(struct fetch *fetch);

#endif
