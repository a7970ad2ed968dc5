/* One GET, answered however late: what a job of a payload, or a page, takes; in threads, several.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FETCH_H
#define THRICE_FETCH_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct fetch {
    struct in_addr address;
    uint16_t port;
    const char *path;
    uint64_t timeout_ns;
    uint64_t elapsed_ns; /* filled: from connecting until the server has closed */
    int code;            /* filled: 0, or -1 and the error */
    struct error error;
    pthread_t thread; /* private */
};

/* Asks by HTTP/1.0 and waits for the whole answer, which must be a 200. Returns fetch->code. */
int fetch_run(struct fetch *fetch);

/* The same in a thread, which begins at once; fetch_join() waits for it. */
int fetch_begin(struct fetch *fetch, struct error *error);
int fetch_join(struct fetch *fetch);

#endif
