/* The HTTP load's loop: what is due is started, what is too old expires, events are handled, and
 * between them the thread sleeps until the next of these moments; see http.h.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/http.h"

#include "clock.h"
#include "load/http_connection.h"
#include "load/thread_setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define EVENTS_PER_WAIT 256
/* A generator that catches up must still take the answers that have come meanwhile. */
#define STARTS_PER_TURN 32
#define LONGEST_WAIT_NS (100 * NS_PER_MS) /* so that a stop is soon seen */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- the loop -------------------------------------------------------------------------- */

static void start_due(struct http_engine *engine)
{
    struct http_load_result *result = engine->result;

    for (int i = 0; i < STARTS_PER_TURN && result->started < result->due; i++) {
        uint64_t due_ns = pace_due_ns(&result->pace, result->started);
        uint64_t now_ns = clock_now_ns();
        if (due_ns > now_ns)
            return;
        pace_sent(&result->pace, result->started++, now_ns);
        result->sending_ns = now_ns - result->pace.start_ns;
        http_connection_start(engine, due_ns, now_ns);
    }
}

static void expire_old(struct http_engine *engine, uint64_t now_ns)
{
    struct http_connection *oldest;

    while ((oldest = TAILQ_FIRST(&engine->in_flight)) != NULL &&
           oldest->begun_ns + engine->result->timeout_ns <= now_ns)
        http_connection_expire(engine, oldest, now_ns);
}

static void report_progress(struct http_engine *engine, uint64_t now_ns, uint64_t *next_report_ns)
{
    const struct http_load_options *options = engine->options;
    const struct http_load_result *result = engine->result;

    if (options->progress == NULL || now_ns < *next_report_ns)
        return;
    *next_report_ns += NS_PER_S;
    options->progress(
        &(struct http_load_progress){
            .elapsed_ns = now_ns - result->pace.start_ns,
            .duration_ns = result->duration_ns,
            .started = result->started,
            .completed = result->completed,
            .failed = result->started - result->completed - engine->in_flight_count,
            .in_flight = engine->in_flight_count,
        },
        options->progress_argument);
}

static void wait_for_events(struct http_engine *engine)
{
    const struct http_load_result *result = engine->result;
    const struct http_connection *oldest = TAILQ_FIRST(&engine->in_flight);
    struct epoll_event events[EVENTS_PER_WAIT];
    uint64_t now_ns = clock_now_ns();
    uint64_t wake_ns = now_ns + LONGEST_WAIT_NS;

    if (result->started < result->due)
        wake_ns = earlier(wake_ns, pace_due_ns(&result->pace, result->started));
    if (oldest != NULL)
        wake_ns = earlier(wake_ns, oldest->begun_ns + result->timeout_ns);
    struct timespec wait = clock_timespec(wake_ns > now_ns ? wake_ns - now_ns : 0);

    int count = epoll_pwait2(engine->epoll, events, EVENTS_PER_WAIT, &wait, NULL);
    for (int i = 0; i < count; i++)
        http_connection_handle(engine, events[i].data.ptr, events[i].events);
}

static void run_loop(struct http_engine *engine)
{
    struct http_load_result *result = engine->result;
    const volatile sig_atomic_t *stop = engine->options->stop;
    uint64_t next_report_ns = result->pace.start_ns + NS_PER_S;

    while (result->started < result->due || engine->in_flight_count > 0) {
        if (stop != NULL && *stop != 0) {
            result->interrupted = true;
            break;
        }
        start_due(engine);
        uint64_t now_ns = clock_now_ns();
        expire_old(engine, now_ns);
        report_progress(engine, now_ns, &next_report_ns);
        wait_for_events(engine);
    }
    result->elapsed_ns = clock_now_ns() - result->pace.start_ns;
}

/* ---- before and after ------------------------------------------------------------------ */

/* A source that is not ours would fail every connection: better said before the load. */
static int check_sources(const struct http_load_options *options, struct error *error)
{
    char text[ENDPOINT_TEXT_BYTES];

    for (size_t i = 0; i < options->source_count; i++) {
        const struct endpoint *source = &options->sources[i];
        endpoint_format(source, text);
        if (source->address.ss_family != options->server.address.ss_family)
            return error_set(error, EXIT_USAGE,
                             "source address %s is not of the server's family (IPv4 or IPv6)",
                             text);
        int fd = socket(source->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            return error_set_errno(error, EXIT_LACKING, errno, "cannot open a socket");
        int failure =
            bind(fd, (const struct sockaddr *)&source->address, source->length) == 0 ? 0 : errno;
        close(fd);
        if (failure != 0)
            return error_set_errno(error, EXIT_USAGE, failure,
                                   "source address %s is not one of this machine's", text);
    }
    return 0;
}

/* Open connections need a descriptor each: the default soft limit, 1024, is 2 s of 500 a second
 * that are not answered. */
static uint64_t raise_descriptor_limit(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

static int engine_open(struct http_engine *engine, const struct http_load_options *options,
                       struct http_load_result *result, struct error *error)
{
    *engine = (struct http_engine){.options = options, .result = result, .epoll = -1};
    TAILQ_INIT(&engine->in_flight);
    TAILQ_INIT(&engine->unused);

    int length = asprintf(&engine->request, "GET %s HTTP/1.%c\r\nHost: %s\r\n%s\r\n", options->path,
                          options->http10 ? '0' : '1', options->host,
                          options->close ? "Connection: close\r\n" : "");
    if (length < 0) {
        engine->request = NULL;
        return error_set(error, EXIT_FAILED, "out of memory for the request");
    }
    engine->request_bytes = (size_t)length;
    engine->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (engine->epoll < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "cannot make an epoll descriptor");
    return 0;
}

static void engine_close(struct http_engine *engine)
{
    struct http_connection *connection;

    while ((connection = TAILQ_FIRST(&engine->in_flight)) != NULL)
        http_connection_abandon(engine, connection);
    while ((connection = TAILQ_FIRST(&engine->unused)) != NULL) {
        TAILQ_REMOVE(&engine->unused, connection, link);
        free(connection);
    }
    if (engine->epoll >= 0)
        close(engine->epoll);
    free(engine->request);
}

static int result_start(struct http_load_result *result, const struct http_load_options *options,
                        struct error *error)
{
    memset(result, 0, sizeof *result);
    result->rate_per_s = options->rate_per_s;
    result->duration_ns = options->duration_ns;
    result->timeout_ns = options->timeout_ns != 0 ? options->timeout_ns : HTTP_LOAD_TIMEOUT_NS;
    result->due = pace_count(options->rate_per_s, options->duration_ns);
    result->source_count = options->source_count;
    result->descriptor_limit = raise_descriptor_limit();
    result->second_count = (result->duration_ns + result->timeout_ns) / NS_PER_S + 1;
    result->seconds = calloc(result->second_count, sizeof *result->seconds);
    if (result->seconds == NULL)
        return error_set(error, EXIT_FAILED, "out of memory for a load of %zu seconds",
                         result->second_count);
    return 0;
}

/* A rate is of events over the time they were given: never a shorter one because the last was
 * early, but a longer one if the last was late. */
static double rate_over(uint64_t count, uint64_t duration_ns, uint64_t took_ns)
{
    uint64_t over_ns = took_ns > duration_ns ? took_ns : duration_ns;
    return (double)count * (double)NS_PER_S / (double)over_ns;
}

static void result_finish(struct http_load_result *result)
{
    uint64_t given_ns = result->interrupted ? result->elapsed_ns : result->duration_ns;

    result->started_per_s = rate_over(result->started, given_ns, result->sending_ns);
    result->achieved_per_s = rate_over(result->completed, given_ns, result->last_answer_ns);
    uint64_t ran_s = result->elapsed_ns / NS_PER_S + 1;
    if (ran_s < result->second_count)
        result->second_count = ran_s;
}

int http_load_run(const struct http_load_options *options, struct http_load_result *result,
                  struct error *error)
{
    struct http_engine engine;
    struct thread_setup setup;
    int status = -1;

    if (check_sources(options, error) != 0 || result_start(result, options, error) != 0)
        return -1;
    if (engine_open(&engine, options, result, error) != 0)
        goto out;
    if (thread_setup_enter(&setup, options->cpus, true, error) != 0)
        goto out;
    pace_start(&result->pace, clock_now_ns(), options->rate_per_s);
    run_loop(&engine);
    thread_setup_leave(&setup, &result->cpu_user_ns, &result->cpu_system_ns);
    result_finish(result);
    status = 0;
out:
    engine_close(&engine);
    if (status != 0)
        http_load_result_free(result);
    return status;
}
