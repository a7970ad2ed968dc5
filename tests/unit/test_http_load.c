// sources: tests/unit/scripted_server.c host/load/http.c host/load/http_connection.c host/load/http_response.c host/load/http_result.c host/load/source_ports.c host/load/thread_setup.c host/load/pace.c host/load/histogram.c host/load/histogram_json.c host/endpoint.c host/number.c host/error.c
/* The HTTP load against servers that misbehave in known ways: every request is counted under what
 * befell it, and a stall is seen in full.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/http.h"

#include "clock.h"
#include "scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define MS_NS    UINT64_C(1000000)
#define REQUESTS 10 /* 100 a second for 0.1 s */

#define GOOD_HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
#define GOOD      GOOD_HEAD "AAAA"

static struct http_load_result result;

static struct http_load_options options_for(const struct endpoint *server)
{
    return (struct http_load_options){
        .server = *server,
        .host = "test",
        .path = "/",
        .rate_per_s = 100,
        .duration_ns = 100 * MS_NS,
        .timeout_ns = 30000 * MS_NS, /* for a slow machine; only the silent server lets it lapse */
        .expected_body = "AAAA",
        .expected_body_bytes = 4,
    };
}

static uint64_t errors_of_all_kinds(void)
{
    uint64_t sum = 0;
    for (int kind = 0; kind < HTTP_LOAD_ERRORS; kind++)
        sum += result.errors[kind];
    return sum;
}

/* ---- behaviours ------------------------------------------------------------------------ */

static void answer_well(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, GOOD);
}

static void answer_in_pieces(int connection, unsigned index)
{
    (void)index;
    char piece[2] = "";
    for (const char *c = GOOD; *c != '\0'; c++) {
        piece[0] = *c;
        scripted_server_send(connection, piece);
        usleep(50);
    }
}

static void answer_until_the_end(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, "HTTP/1.0 200 OK\r\n\r\nAAAA");
}

static void answer_and_keep_open(int connection, unsigned index)
{
    (void)index;
    char byte;
    scripted_server_send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nAAAA");
    while (read(connection, &byte, 1) > 0)
        continue; /* until the client closes */
}

static void answer_short(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, GOOD_HEAD "AAA");
}

static void answer_nothing(int connection, unsigned index)
{
    (void)connection;
    (void)index;
}

static void answer_wrong_status(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, "HTTP/1.1 503 Busy\r\nConnection: close\r\n"
                                     "Content-Length: 4\r\n\r\nAAAA");
}

static void answer_wrong_body(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, GOOD_HEAD "AABA");
}

static void answer_too_much(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, GOOD "A");
}

static void answer_nonsense(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, "220 smtp.example ready\r\n");
}

static void answer_with_reset(int connection, unsigned index)
{
    (void)index;
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/* ---- every request counted under what befell it ---------------------------------------- */

static void run_against(void (*behave)(int, unsigned))
{
    struct scripted_server server;
    struct error error;
    scripted_server_start(&server, behave);
    struct http_load_options options = options_for(&server.endpoint);
    assert_int_equal(http_load_run(&options, &result, &error), 0);
    scripted_server_stop(&server);

    assert_int_equal(result.due, REQUESTS);
    assert_int_equal(result.started, REQUESTS);
    assert_int_equal(atomic_load(&server.accepted), REQUESTS);
    assert_int_equal(result.completed + errors_of_all_kinds(), REQUESTS);
    assert_int_equal(result.pace.lateness.count, REQUESTS);
    assert_int_equal(result.unclosed, 0);
}

static void assert_all_completed(void)
{
    assert_int_equal(result.completed, REQUESTS);
    assert_int_equal(result.latency.count, REQUESTS);
    assert_int_equal(result.service.count, REQUESTS);
    assert_int_equal(result.connect.count, REQUESTS);
    assert_int_equal(result.response.count, REQUESTS);
    assert_true(result.latency.mean_ns >= result.service.mean_ns);
    uint64_t in_seconds = 0;
    for (size_t i = 0; i < result.second_count; i++)
        in_seconds += result.seconds[i].completed;
    assert_int_equal(in_seconds, REQUESTS);
    http_load_result_free(&result);
}

static void test_http_load_good_answers(void **state)
{
    (void)state;
    static void (*const behaviours[])(int, unsigned) = {answer_well, answer_in_pieces,
                                                        answer_until_the_end, answer_and_keep_open};
    for (size_t i = 0; i < sizeof behaviours / sizeof behaviours[0]; i++) {
        run_against(behaviours[i]);
        assert_all_completed();
    }
}

static void test_http_load_errors_by_kind(void **state)
{
    (void)state;
    const struct {
        void (*behave)(int, unsigned);
        enum http_load_error kind;
    } cases[] = {
        {answer_short, HTTP_LOAD_SHORT},         {answer_nothing, HTTP_LOAD_SHORT},
        {answer_wrong_status, HTTP_LOAD_STATUS}, {answer_wrong_body, HTTP_LOAD_BODY},
        {answer_too_much, HTTP_LOAD_BODY},       {answer_nonsense, HTTP_LOAD_MALFORMED},
        {answer_with_reset, HTTP_LOAD_RESET},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char reason[256];
        run_against(cases[i].behave);
        assert_int_equal(result.errors[cases[i].kind], REQUESTS);
        assert_int_equal(result.latency.count, 0);
        /* a server that fails is a result, and never makes the run void */
        for (int kind = HTTP_LOAD_NO_PORT; kind <= HTTP_LOAD_NO_DESCRIPTOR; kind++)
            assert_int_equal(result.errors[kind], 0);
        if (http_load_void(&result, reason, sizeof reason))
            assert_non_null(strstr(reason, "late")); /* this machine's fault */
        http_load_result_free(&result);
    }
}

/* A listener whose connections nobody accepts: the kernel connects them, and nothing comes. */
static void test_http_load_timeout(void **state)
{
    (void)state;
    struct endpoint endpoint;
    struct error error;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(listen(listener, 100), 0);
    endpoint.length = sizeof endpoint.address;
    getsockname(listener, (struct sockaddr *)&endpoint.address, &endpoint.length);
    ((struct sockaddr_in *)&endpoint.address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    struct http_load_options options = options_for(&endpoint);
    options.timeout_ns = 50 * MS_NS;
    assert_int_equal(http_load_run(&options, &result, &error), 0);
    assert_int_equal(result.errors[HTTP_LOAD_TIMEOUT], REQUESTS);
    assert_true(result.elapsed_ns >= result.sending_ns + options.timeout_ns);
    http_load_result_free(&result);
    close(listener);

    assert_int_equal(http_load_run(&options, &result, &error), 0);
    assert_int_equal(result.errors[HTTP_LOAD_REFUSED], REQUESTS);
    http_load_result_free(&result);
}

/* Only the last request is kept waiting: the server says that it closes, and does not. */
static pthread_barrier_t client_is_done;

static void keep_last_open(int connection, unsigned index)
{
    scripted_server_send(connection, GOOD);
    if (index == REQUESTS - 1)
        pthread_barrier_wait(&client_is_done);
}

static void test_http_load_unclosed_is_answered(void **state)
{
    (void)state;
    struct scripted_server server;
    struct error error;
    pthread_barrier_init(&client_is_done, NULL, 2);
    scripted_server_start(&server, keep_last_open);
    struct http_load_options options = options_for(&server.endpoint);
    options.timeout_ns = 5000 * MS_NS; /* the unclosed one lets it lapse */
    assert_int_equal(http_load_run(&options, &result, &error), 0);
    pthread_barrier_wait(&client_is_done);
    scripted_server_stop(&server);
    assert_int_equal(result.completed, REQUESTS);
    assert_int_equal(result.unclosed, 1);
    http_load_result_free(&result);
    pthread_barrier_destroy(&client_is_done);
}

/* ---- open loop ------------------------------------------------------------------------- */

#define STALL_RATE  200
#define STALL_AFTER 20 /* requests */

static void stall_once(int connection, unsigned index)
{
    if (index == STALL_AFTER)
        sleep(1);
    scripted_server_send(connection, GOOD);
}

/* What a closed loop sees of the same server: one request after the other, each timed from when it
 * is sent. Returns how many of count took that long. */
static unsigned closed_loop(const struct endpoint *server, unsigned count, uint64_t long_ns)
{
    unsigned slow = 0;
    char text[256];
    for (unsigned i = 0; i < count; i++) {
        uint64_t begun_ns = clock_now_ns();
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(fd, (const struct sockaddr *)&server->address, server->length), 0);
        scripted_server_send(fd, "GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        while (read(fd, text, sizeof text) > 0)
            continue;
        close(fd);
        slow += clock_now_ns() - begun_ns >= long_ns;
    }
    return slow;
}

/* 200 requests fall due while the server stalls for 1 s, at even distances: the k-th of them has at
 * least 1 s - k/200 s still to wait. So at least 100 of the 400 take half a second or more; a slow
 * machine only makes them more. A closed loop sees one, or a few on a slow machine. */
static void test_http_load_shows_a_stall_in_full(void **state)
{
    (void)state;
    struct scripted_server server;
    struct error error;
    scripted_server_start(&server, stall_once);
    struct http_load_options options = options_for(&server.endpoint);
    options.rate_per_s = STALL_RATE;
    options.duration_ns = 2000 * MS_NS;
    assert_int_equal(http_load_run(&options, &result, &error), 0);
    scripted_server_stop(&server);

    assert_int_equal(result.completed, 400);
    assert_true(histogram_percentile_ns(&result.latency, 100.0 * 301 / 400) >= 495 * MS_NS);
    assert_true(histogram_percentile_ns(&result.latency, 100.0 * 361 / 400) >= 795 * MS_NS);
    assert_true(result.latency.max_ns >= 995 * MS_NS);
    assert_true(result.in_flight_max >= 100);
    http_load_result_free(&result);

    scripted_server_start(&server, stall_once);
    unsigned slow = closed_loop(&server.endpoint, 400, 495 * MS_NS);
    scripted_server_stop(&server);
    assert_in_range(slow, 1, 20); /* the 99th percentile hides it, or the 95th */
}

/* ---- the client's own limits ----------------------------------------------------------- */

/* In a process of its own: a hard limit cannot be raised again. Its exit status tells. */
static int run_with_few_descriptors(void)
{
    const struct rlimit few = {.rlim_cur = 20, .rlim_max = 20};
    struct endpoint endpoint = {.length = sizeof endpoint.address};
    struct error error;
    char reason[256];
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    listen(listener, 100);
    getsockname(listener, (struct sockaddr *)&endpoint.address, &endpoint.length);
    ((struct sockaddr_in *)&endpoint.address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setrlimit(RLIMIT_NOFILE, &few);
    struct http_load_options options = options_for(&endpoint);
    options.timeout_ns = 500 * MS_NS;
    options.duration_ns = 400 * MS_NS;
    if (http_load_run(&options, &result, &error) != 0)
        return 1;
    if (result.errors[HTTP_LOAD_NO_DESCRIPTOR] == 0 || result.descriptor_limit != 20)
        return 2;
    if (!http_load_void(&result, reason, sizeof reason) || strstr(reason, "descriptor") == NULL)
        return 3;
    http_load_result_free(&result);
    return 0;
}

static void test_http_load_without_descriptors_is_void(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(run_with_few_descriptors());
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_http_load_refuses_foreign_source(void **state)
{
    (void)state;
    struct error error = {0};
    struct endpoint server = {.length = sizeof(struct sockaddr_in)};
    struct endpoint source;
    server.address.ss_family = AF_INET;
    struct http_load_options options = options_for(&server);
    assert_int_equal(endpoint_resolve("192.0.2.77", "0", &source, &error), 0);
    options.sources = &source;
    options.source_count = 1;
    assert_int_equal(http_load_run(&options, &result, &error), -1);
    assert_int_equal(error.code, EXIT_USAGE);
    assert_non_null(strstr(error.text, "192.0.2.77"));
    assert_int_equal(endpoint_resolve("::1", "0", &source, &error), 0);
    assert_int_equal(http_load_run(&options, &result, &error), -1);
    assert_non_null(strstr(error.text, "family"));
}

static atomic_uint seen_addresses; /* a bit for each of 127.0.0.2 and 127.0.0.3 */

static void note_address(int connection, unsigned index)
{
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    getpeername(connection, (struct sockaddr *)&peer, &length);
    atomic_fetch_or(&seen_addresses, 1U << (ntohl(peer.sin_addr.s_addr) & 0xff));
    answer_well(connection, index);
}

static void test_http_load_spreads_over_sources(void **state)
{
    (void)state;
    struct scripted_server server;
    struct error error;
    struct endpoint sources[2];
    assert_int_equal(endpoint_resolve("127.0.0.2", "0", &sources[0], &error), 0);
    assert_int_equal(endpoint_resolve("127.0.0.3", "0", &sources[1], &error), 0);
    scripted_server_start(&server, note_address);
    struct http_load_options options = options_for(&server.endpoint);
    options.sources = sources;
    options.source_count = 2;
    assert_int_equal(http_load_run(&options, &result, &error), 0);
    scripted_server_stop(&server);
    assert_all_completed();
    assert_int_equal(atomic_load(&seen_addresses), 1U << 2 | 1U << 3);
}

enum { PORTS_SEEN_MAX = 4 * REQUESTS };
static struct sockaddr_in peers[PORTS_SEEN_MAX];

static void note_peer(int connection, unsigned index)
{
    socklen_t length = sizeof peers[0];
    if (index < PORTS_SEEN_MAX)
        getpeername(connection, (struct sockaddr *)&peers[index], &length);
    answer_well(connection, index);
}

/* Two loads in a row, as a warm-up and a load, over two addresses. */
static void test_http_load_uses_each_port_once(void **state)
{
    (void)state;
    struct scripted_server server;
    struct error error;
    struct endpoint sources[2];
    struct source_ports ports = {0};
    assert_int_equal(endpoint_resolve("127.0.0.2", "0", &sources[0], &error), 0);
    assert_int_equal(endpoint_resolve("127.0.0.3", "0", &sources[1], &error), 0);
    scripted_server_start(&server, note_peer);
    struct http_load_options options = options_for(&server.endpoint);
    options.sources = sources;
    options.source_count = 2;
    options.ports = &ports;
    for (int load = 0; load < 2; load++) {
        assert_int_equal(http_load_run(&options, &result, &error), 0);
        assert_all_completed();
    }
    unsigned int seen = atomic_load(&server.accepted);
    scripted_server_stop(&server);
    assert_int_equal(seen, 2 * REQUESTS);
    for (unsigned int i = 0; i < seen; i++)
        for (unsigned int j = 0; j < i; j++)
            assert_false(peers[i].sin_port == peers[j].sin_port &&
                         peers[i].sin_addr.s_addr == peers[j].sin_addr.s_addr);
    assert_true(ports.taken >= seen);
}

static volatile sig_atomic_t stop;

static void stop_at_first_progress(const struct http_load_progress *progress, void *argument)
{
    assert_true(progress->elapsed_ns >= 1000 * MS_NS);
    ++*(int *)argument;
    stop = 1;
}

static void test_http_load_stops_when_told(void **state)
{
    (void)state;
    struct scripted_server server;
    struct error error;
    char reason[256];
    int calls = 0;
    scripted_server_start(&server, answer_well);
    struct http_load_options options = options_for(&server.endpoint);
    options.duration_ns = 3600 * 1000 * MS_NS;
    options.stop = &stop;
    options.progress = stop_at_first_progress;
    options.progress_argument = &calls;
    assert_int_equal(http_load_run(&options, &result, &error), 0);
    scripted_server_stop(&server);
    assert_int_equal(calls, 1);
    assert_true(result.interrupted);
    assert_true(result.started < result.due);
    assert_true(http_load_void(&result, reason, sizeof reason));
    assert_string_equal(reason, "interrupted");
    http_load_result_free(&result);
}

/* ---- judgement and record -------------------------------------------------------------- */

static struct http_load_result sound_result(void)
{
    struct http_load_result sound = {.rate_per_s = 500,
                                     .duration_ns = 2000 * MS_NS,
                                     .due = 1000,
                                     .started = 1000,
                                     .completed = 1000,
                                     .started_per_s = 500,
                                     .achieved_per_s = 500};
    for (int i = 0; i < 1000; i++)
        histogram_record(&sound.pace.lateness, 1000);
    return sound;
}

static bool is_void_saying(const struct http_load_result *judged, const char *word)
{
    char reason[256];
    return http_load_void(judged, reason, sizeof reason) && strstr(reason, word) != NULL;
}

static void test_http_load_void_rules(void **state)
{
    (void)state;
    char reason[256];
    result = sound_result();
    result.pace.late = 10; /* exactly 1 % */
    result.started_per_s = 495;
    assert_false(http_load_void(&result, reason, sizeof reason));
    result.pace.late = 11;
    assert_true(is_void_saying(&result, "5 ms late"));
    result = sound_result();
    result.started_per_s = 494.9;
    assert_true(is_void_saying(&result, "494.9"));
    result = sound_result();
    result.errors[HTTP_LOAD_NO_PORT] = 1;
    assert_true(is_void_saying(&result, "port"));
    result = sound_result();
    result.errors[HTTP_LOAD_NO_DESCRIPTOR] = 1;
    assert_true(is_void_saying(&result, "descriptor"));
    /* an overloaded server */
    result = sound_result();
    result.completed = 1;
    result.achieved_per_s = 0.5;
    result.errors[HTTP_LOAD_TIMEOUT] = 999;
    assert_false(http_load_void(&result, reason, sizeof reason));
}

static void test_http_load_record(void **state)
{
    (void)state;
    result = sound_result();
    result.errors[HTTP_LOAD_RESET] = 3;
    json_t *json = http_load_result_json(&result);
    assert_non_null(json);
    assert_int_equal(json_integer_value(json_object_get(json, "completed")), 1000);
    assert_true(json_is_null(json_object_get(json, "void_reason")));
    json_t *errors = json_object_get(json, "errors");
    assert_int_equal(json_object_size(errors), HTTP_LOAD_ERRORS);
    assert_int_equal(json_integer_value(json_object_get(errors, "reset")), 3);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_load_good_answers),
        cmocka_unit_test(test_http_load_errors_by_kind),
        cmocka_unit_test(test_http_load_timeout),
        cmocka_unit_test(test_http_load_unclosed_is_answered),
        cmocka_unit_test(test_http_load_shows_a_stall_in_full),
        cmocka_unit_test(test_http_load_without_descriptors_is_void),
        cmocka_unit_test(test_http_load_refuses_foreign_source),
        cmocka_unit_test(test_http_load_spreads_over_sources),
        cmocka_unit_test(test_http_load_uses_each_port_once),
        cmocka_unit_test(test_http_load_stops_when_told),
        cmocka_unit_test(test_http_load_void_rules),
        cmocka_unit_test(test_http_load_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
