/* UDP load: the oslo study's protocol, and a ping-pong for benchmarks.
 *
 * The study: count datagrams, each the decimal number of its turn, from 0, as text with its
 * trailing NUL; a relative sleep before each; then "LAST" with its NUL, whose answer ends the
 * run. LAST is repeated until it is answered, a bounded number of times, so that a lost one
 * cannot hang it. A thread sends, the caller's thread receives.
 *
 * Against an echoing server every reply carries its number: lost, duplicated and reordered ones
 * are told apart. Against the study's server (1000 times A) they can only be counted.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LOAD_UDP_H
#define THRICE_LOAD_UDP_H

#include "endpoint.h"
#include "error.h"
#include "load/histogram.h"
#include "load/pace.h"

#include <jansson.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum udp_load_mode {
    UDP_LOAD_GAP,      /* sleep gap_us before each, as usleep does, with the timer slack as it is */
    UDP_LOAD_RATE,     /* exact pacing at rate_per_s; latency counts from the due time */
    UDP_LOAD_PINGPONG, /* keep `outstanding` unanswered; the server must echo if more than one */
};

struct udp_load_progress {
    uint64_t elapsed_ns;
    uint64_t count;
    uint64_t sent;
    uint64_t replies;
};

struct udp_load_options {
    struct endpoint server;
    enum udp_load_mode mode;
    uint64_t count;
    uint64_t gap_us;
    uint64_t rate_per_s;
    unsigned outstanding;
    bool echo;                         /* the server echoes: replies carry their number */
    uint64_t timeout_ns;               /* to give up on LAST, or on a ping; 0: 2 s */
    const cpu_set_t *cpus;             /* to run on, or NULL; undone afterwards */
    const volatile sig_atomic_t *stop; /* ends the load early once not 0, or NULL */
    void (*progress)(const struct udp_load_progress *progress, void *argument);
    void *progress_argument;
};

struct udp_load_result {
    enum udp_load_mode mode;
    bool echo;
    uint64_t count;
    uint64_t sent;
    uint64_t send_errors;  /* datagrams the kernel refused, most often for want of a server */
    uint64_t replies;      /* of all but LAST, duplicates and late ones included */
    uint64_t lost;         /* sent and never answered */
    uint64_t late;         /* replies behind that of LAST; ping-pong: behind the timeout */
    uint64_t duplicated;   /* echo only, as reordered */
    uint64_t reordered;    /* replies with a number below one seen before */
    uint64_t unexpected;   /* neither the study's answer nor, with echo, a number that was sent */
    uint64_t client_drops; /* replies the kernel dropped for want of room in our receive buffer */
    uint64_t receive_buffer_bytes; /* as the kernel granted it */
    uint64_t last_sent;            /* how often LAST was sent */
    bool last_answered;
    bool interrupted;
    uint64_t sending_ns; /* first sleep until the last numbered datagram was sent */
    uint64_t elapsed_ns; /* until LAST was answered: the study's wall time */
    double sent_per_s;
    double replies_per_s;
    uint64_t cpu_user_ns; /* of both threads */
    uint64_t cpu_system_ns;
    struct histogram latency; /* rate and echo: due -> reply; ping-pong: round trip */
    struct pace pace;         /* rate only: how late the generator was */
};

/* Runs the load and fills *result, which need not be initialised and owns nothing. Returns 0
 * (also when the server answered badly or not at all: that is a result), or -1 and an error when
 * the load could not be produced. */
int udp_load_run(const struct udp_load_options *options, struct udp_load_result *result,
                 struct error *error);

/* Whether the generator's own failings make the run void: writes why into reason and returns
 * true. The rules: more than 1 % sent over 5 ms late or below 99 % of the rate (rate mode), a
 * reply dropped at our own socket, interrupted. */
bool udp_load_void(const struct udp_load_result *result, char *reason, size_t reason_bytes);

/* The whole result; the caller owns it; NULL when out of memory. */
json_t *udp_load_result_json(const struct udp_load_result *result);

#endif
