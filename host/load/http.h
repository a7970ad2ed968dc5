/* Open-loop HTTP load: new connections at a constant rate, one request each.
 *
 * One thread, epoll, non-blocking sockets. Request i is due at start + i/rate whatever the
 * server does; its latency counts from that moment (no coordinated omission), its service time
 * from the moment it was really started. What the generator could not do in time is recorded
 * (lateness) and judged by http_load_void().
 *
 * Where the server closes first, as in the oslo study, its end of the connection is awaited
 * before ours is closed, so that TIME_WAIT stays with the server and the client's ports are
 * free again at once.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LOAD_HTTP_H
#define THRICE_LOAD_HTTP_H

#include "endpoint.h"
#include "error.h"
#include "load/histogram.h"
#include "load/pace.h"
#include "load/source_ports.h"

#include <jansson.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_LOAD_TIMEOUT_NS UINT64_C(2000000000) /* the oslo study's */

/* Why a request was not answered well. The first six are the server's (a result); the two "no"
 * are the client's (the run is void). */
enum http_load_error {
    HTTP_LOAD_REFUSED,
    HTTP_LOAD_RESET,
    HTTP_LOAD_TIMEOUT,
    HTTP_LOAD_SHORT,     /* the connection ended before the response did */
    HTTP_LOAD_STATUS,    /* not 200 */
    HTTP_LOAD_BODY,      /* not the expected body, or bytes behind it */
    HTTP_LOAD_MALFORMED, /* not HTTP */
    HTTP_LOAD_UNREACHABLE,
    HTTP_LOAD_NO_PORT,
    HTTP_LOAD_NO_DESCRIPTOR,
    HTTP_LOAD_OTHER,
    HTTP_LOAD_ERRORS
};

/* The error's name in records: "refused", "no_port". */
const char *http_load_error_name(enum http_load_error kind);

struct http_load_second {
    uint32_t started;
    uint32_t completed; /* answered well within this second */
    uint32_t failed;
};

/* What the progress function is told, once a second. Counts are since the start. */
struct http_load_progress {
    uint64_t elapsed_ns;
    uint64_t duration_ns;
    uint64_t started;
    uint64_t completed;
    uint64_t failed;
    uint64_t in_flight;
};

struct http_load_options {
    struct endpoint server;
    const char *host; /* of the Host header */
    const char *path;
    uint64_t rate_per_s;
    uint64_t duration_ns;
    uint64_t timeout_ns;            /* from the start of a connection; 0: HTTP_LOAD_TIMEOUT_NS */
    bool http10;                    /* ask in HTTP/1.0 */
    bool close;                     /* send "Connection: close" */
    const struct endpoint *sources; /* local addresses to spread over (port 0), or NULL */
    size_t source_count;
    struct source_ports *ports; /* of the sources, in turn; NULL: the kernel chooses */
    const char *expected_body;  /* what every body must be, or NULL for anything */
    size_t expected_body_bytes;
    const cpu_set_t *cpus;             /* to run on, or NULL; undone afterwards */
    const volatile sig_atomic_t *stop; /* ends the load early once not 0, or NULL */
    /* Called from the loading thread: it must be quick, or it makes the generator late. */
    void (*progress)(const struct http_load_progress *progress, void *argument);
    void *progress_argument;
};

struct http_load_result {
    uint64_t rate_per_s; /* offered */
    uint64_t duration_ns;
    uint64_t timeout_ns;
    uint64_t due;       /* requests that the rate and the duration ask for */
    uint64_t started;   /* of these; fewer only when interrupted */
    uint64_t completed; /* answered well */
    uint64_t errors[HTTP_LOAD_ERRORS];
    uint64_t unclosed;       /* answered well, but the server did not close as it had said */
    uint64_t sending_ns;     /* from the start until the last request was started */
    uint64_t last_answer_ns; /* until the last request was answered well */
    uint64_t elapsed_ns;     /* until the last one ended */
    double started_per_s;    /* the generator's own rate */
    double achieved_per_s;   /* completed over the duration, or longer if answers came later */
    uint64_t in_flight_max;
    uint64_t descriptor_limit;
    uint64_t source_count; /* local addresses spread over; 0: the kernel's choice */
    uint64_t cpu_user_ns;  /* what the generator itself used */
    uint64_t cpu_system_ns;
    bool interrupted;
    struct histogram latency;  /* due -> answered; of the completed, as the next three */
    struct histogram service;  /* connect begun -> answered */
    struct histogram connect;  /* connect begun -> connected */
    struct histogram response; /* request sent -> first byte of the reply: httperf's "response" */
    struct pace pace;          /* how late the generator was */
    struct http_load_second *seconds; /* from the start; owned */
    size_t second_count;
};

/* Loads the server and fills *result, which need not be initialised. Blocks for the duration,
 * and for the last answers at most a timeout longer. Raises the soft limit of descriptors to the
 * hard one. Returns 0 (also when the server failed: that is a result), or -1 and an error when
 * the load could not be produced; result then needs no free. */
int http_load_run(const struct http_load_options *options, struct http_load_result *result,
                  struct error *error);

/* Whether the generator's own failings make the run void (design.md, section 5.8): writes why
 * into reason and returns true. The rules: more than 1 % of the requests sent over 5 ms late; a
 * request without port or descriptor; started below 99 % of the offered rate; interrupted. */
bool http_load_void(const struct http_load_result *result, char *reason, size_t reason_bytes);

/* The whole result, histograms and seconds included; times in ns unless named otherwise. The
 * caller owns it; NULL when out of memory. */
json_t *http_load_result_json(const struct http_load_result *result);

void http_load_result_free(struct http_load_result *result);

#endif
