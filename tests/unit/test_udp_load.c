// sources: host/load/udp.c host/load/udp_session.c host/load/udp_stream.c host/load/udp_pingpong.c host/load/udp_replies.c host/load/udp_result.c host/load/thread_setup.c host/load/pace.c host/load/histogram.c host/load/histogram_json.c host/endpoint.c host/number.c host/error.c
/* The UDP load against a server that loses, doubles, swaps and delays known replies: each is
 * counted as what it is.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT 100
#define MS_NS UINT64_C(1000000)

/* ---- the server ------------------------------------------------------------------------ */

struct server {
    struct endpoint endpoint;
    void (*answer)(struct server *server, const char *bytes, size_t length);
    struct sockaddr_storage client;
    socklen_t client_length;
    int fd;
    unsigned last_seen; /* how often LAST came */
    pthread_t thread;
};

static void reply(const struct server *server, const char *bytes, size_t length)
{
    sendto(server->fd, bytes, length, 0, (const struct sockaddr *)&server->client,
           server->client_length);
}

static bool is(const char *bytes, size_t length, const char *text)
{
    return length == strlen(text) + 1 && memcmp(bytes, text, length) == 0;
}

/* Until the datagram "QUIT", which server_stop() sends. */
static void *serve(void *argument)
{
    struct server *server = argument;
    char bytes[2048];

    for (;;) {
        server->client_length = sizeof server->client;
        ssize_t length = recvfrom(server->fd, bytes, sizeof bytes, 0,
                                  (struct sockaddr *)&server->client, &server->client_length);
        if (length < 0 || is(bytes, (size_t)length, "QUIT"))
            return NULL;
        if (is(bytes, (size_t)length, "LAST"))
            server->last_seen++;
        server->answer(server, bytes, (size_t)length);
    }
}

static void server_start(struct server *server,
                         void (*answer)(struct server *, const char *, size_t))
{
    memset(server, 0, sizeof *server);
    struct sockaddr_in *address = (struct sockaddr_in *)&server->endpoint.address;
    server->answer = answer;
    server->endpoint.length = sizeof *address;
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (server->fd < 0 || bind(server->fd, (struct sockaddr *)address, sizeof *address) != 0 ||
        getsockname(server->fd, (struct sockaddr *)address, &server->endpoint.length) != 0 ||
        pthread_create(&server->thread, NULL, serve, server) != 0)
        abort();
}

static void server_stop(struct server *server)
{
    sendto(server->fd, "QUIT", 5, 0, (const struct sockaddr *)&server->endpoint.address,
           server->endpoint.length);
    pthread_join(server->thread, NULL);
    close(server->fd);
}

/* ---- its behaviours -------------------------------------------------------------------- */

static void echo(struct server *server, const char *bytes, size_t length)
{
    reply(server, bytes, length);
}

/* 3 is lost, 5 doubled, 7 comes behind 8, 9 behind the answer to LAST, and the first two LAST are
 * lost; 11 becomes something else. */
static void echo_with_faults(struct server *server, const char *bytes, size_t length)
{
    if (is(bytes, length, "3") || is(bytes, length, "7") || is(bytes, length, "9"))
        return;
    if (is(bytes, length, "LAST") && server->last_seen <= 2)
        return;
    if (is(bytes, length, "11"))
        bytes = "xx";
    reply(server, bytes, length);
    if (is(bytes, length, "5"))
        reply(server, bytes, length);
    if (is(bytes, length, "8"))
        reply(server, "7", 2);
    if (is(bytes, length, "LAST") && server->last_seen == 3)
        reply(server, "9", 2);
}

static void answer_as_the_study(struct server *server, const char *bytes, size_t length)
{
    char answer[1000];
    memset(answer, 'A', sizeof answer);
    if (is(bytes, length, "LAST"))
        reply(server, bytes, length);
    else
        reply(server, answer, sizeof answer);
}

static void answer_nothing(struct server *server, const char *bytes, size_t length)
{
    (void)server;
    (void)bytes;
    (void)length;
}

/* ---- the tests ------------------------------------------------------------------------- */

static struct udp_load_result result;

static void run_with_server(struct udp_load_options options,
                            void (*answer)(struct server *, const char *, size_t))
{
    struct server server;
    struct error error;
    server_start(&server, answer);
    options.server = server.endpoint;
    if (options.count == 0)
        options.count = COUNT;
    if (options.timeout_ns == 0)
        options.timeout_ns = 30000 * MS_NS;
    assert_int_equal(udp_load_run(&options, &result, &error), 0);
    server_stop(&server);
    assert_int_equal(result.client_drops, 0);
}

static void assert_nothing_amiss(void)
{
    assert_int_equal(result.sent, COUNT);
    assert_int_equal(result.replies, COUNT);
    assert_int_equal(result.lost, 0);
    assert_int_equal(result.late, 0);
    assert_int_equal(result.duplicated, 0);
    assert_int_equal(result.reordered, 0);
    assert_int_equal(result.unexpected, 0);
    assert_true(result.elapsed_ns >= result.sending_ns);
}

static void test_udp_load_study(void **state)
{
    (void)state;
    run_with_server((struct udp_load_options){.mode = UDP_LOAD_GAP, .gap_us = 2},
                    answer_as_the_study);
    assert_nothing_amiss();
    assert_true(result.last_answered);
    assert_int_equal(result.latency.count, 0);
}

static void test_udp_load_by_rate(void **state)
{
    (void)state;
    run_with_server(
        (struct udp_load_options){.mode = UDP_LOAD_RATE, .rate_per_s = 1000, .echo = true}, echo);
    assert_nothing_amiss();
    assert_int_equal(result.latency.count, COUNT);
    assert_int_equal(result.pace.lateness.count, COUNT);
}

static void test_udp_load_tells_faults_apart(void **state)
{
    (void)state;
    run_with_server((struct udp_load_options){.mode = UDP_LOAD_GAP, .gap_us = 2, .echo = true},
                    echo_with_faults);
    assert_int_equal(result.sent, COUNT);
    assert_int_equal(result.lost, 2); /* 3, and 11 whose reply is another */
    assert_int_equal(result.duplicated, 1);
    assert_int_equal(result.reordered, 2); /* 7, and 9 */
    assert_int_equal(result.late, 1);
    assert_int_equal(result.unexpected, 1);
    assert_int_equal(result.replies, COUNT - 2 + 1);
    assert_true(result.last_answered);
    assert_true(result.last_sent >= 3);
}

static void test_udp_load_gives_up_on_last(void **state)
{
    (void)state;
    run_with_server(
        (struct udp_load_options){.mode = UDP_LOAD_GAP, .gap_us = 2, .timeout_ns = 2000 * MS_NS},
        answer_nothing);
    assert_false(result.last_answered);
    assert_int_equal(result.sent, COUNT);
    assert_int_equal(result.lost, COUNT);
    assert_true(result.last_sent >= 2);
}

static void test_udp_load_pingpong(void **state)
{
    (void)state;
    run_with_server((struct udp_load_options){.mode = UDP_LOAD_PINGPONG, .outstanding = 1},
                    answer_as_the_study);
    assert_nothing_amiss();
    assert_int_equal(result.latency.count, COUNT);
    run_with_server(
        (struct udp_load_options){.mode = UDP_LOAD_PINGPONG, .outstanding = 16, .echo = true},
        echo);
    assert_nothing_amiss();
    assert_int_equal(result.latency.count, COUNT);
}

/* A lost datagram costs its turn, not the game. */
static void test_udp_load_pingpong_goes_on(void **state)
{
    (void)state;
    run_with_server(
        (struct udp_load_options){
            .mode = UDP_LOAD_PINGPONG, .outstanding = 4, .echo = true, .timeout_ns = 2000 * MS_NS},
        echo_with_faults);
    assert_int_equal(result.sent, COUNT);
    assert_int_equal(result.lost, 3); /* 3, 9, 11 */
}

static void test_udp_load_outstanding_needs_echo(void **state)
{
    (void)state;
    struct error error = {0};
    const struct udp_load_options options = {
        .mode = UDP_LOAD_PINGPONG, .outstanding = 2, .count = COUNT};
    assert_int_equal(udp_load_run(&options, &result, &error), -1);
    assert_int_equal(error.code, EXIT_USAGE);
}

static void test_udp_load_stops_when_told(void **state)
{
    (void)state;
    static volatile sig_atomic_t stop = 1;
    run_with_server(
        (struct udp_load_options){
            .mode = UDP_LOAD_GAP, .gap_us = 1000000, .count = 1000000, .stop = &stop},
        echo);
    assert_true(result.interrupted);
    assert_int_equal(result.sent, 0);
}

static void test_udp_load_void_rules(void **state)
{
    (void)state;
    char reason[256];
    result = (struct udp_load_result){.mode = UDP_LOAD_RATE, .count = 100, .sent = 100};
    result.pace.rate_per_s = 1000;
    for (int i = 0; i < 100; i++)
        histogram_record(&result.pace.lateness, 1000);
    result.sent_per_s = 990;
    result.pace.late = 1;
    assert_false(udp_load_void(&result, reason, sizeof reason));
    result.pace.late = 2;
    assert_true(udp_load_void(&result, reason, sizeof reason));
    result.pace.late = 0;
    result.sent_per_s = 989;
    assert_true(udp_load_void(&result, reason, sizeof reason));
    result.sent_per_s = 1000;
    result.lost = 100; /* the server's */
    assert_false(udp_load_void(&result, reason, sizeof reason));
    result.client_drops = 1;
    assert_true(udp_load_void(&result, reason, sizeof reason));
    assert_non_null(strstr(reason, "receive buffer"));
    json_t *json = udp_load_result_json(&result);
    assert_true(json_is_true(json_object_get(json, "void")));
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_udp_load_study),
        cmocka_unit_test(test_udp_load_by_rate),
        cmocka_unit_test(test_udp_load_tells_faults_apart),
        cmocka_unit_test(test_udp_load_gives_up_on_last),
        cmocka_unit_test(test_udp_load_pingpong),
        cmocka_unit_test(test_udp_load_pingpong_goes_on),
        cmocka_unit_test(test_udp_load_outstanding_needs_echo),
        cmocka_unit_test(test_udp_load_stops_when_told),
        cmocka_unit_test(test_udp_load_void_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
