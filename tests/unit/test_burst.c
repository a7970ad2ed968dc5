// sources: tests/unit/scripted_server.c host/load/burst.c host/load/http_response.c host/load/source_ports.c host/load/thread_setup.c host/load/histogram.c host/load/histogram_json.c host/endpoint.c host/number.c host/error.c
/* The burst against servers that misbehave in known ways. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/burst.h"

#include "clock.h"
#include "scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>

enum { CONNECTIONS = 100 }; // more than the busy ports that a burst passes over
static const char good[] = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nAAAA";
static const char bad[] = "HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

static struct burst_result result;

static void run(void (*behave)(int connection, unsigned index), uint64_t spread_ns)
{
    struct scripted_server server;
    struct source_ports ports = {0}; // each burst begins with the same ones
    struct endpoint source;
    struct error error;
    assert_int_equal(endpoint_resolve("127.0.0.4", "0", &source, &error), 0);
    scripted_server_start(&server, behave);
    const struct burst_options options = {
        .server = server.endpoint,
        .host = "test",
        .path = "/",
        .connections = CONNECTIONS,
        .spread_ns = spread_ns,
        .timeout_ns = 30 * NS_PER_S, // for a slow machine
        .sources = &source,
        .source_count = 1,
        .ports = &ports,
    };
    if (burst_run(&options, &result, &error) != 0)
        fail_msg("%s", error.text);
    scripted_server_stop(&server);
}

static void stall_at_first(int connection, unsigned index)
{
    if (index == 0)
        usleep(500 * 1000);
    scripted_server_send(connection, good);
}

/* The last is due 0.4 s after the first, which is answered after 0.5 s, and all others behind it:
 * who counts from when each was due has none below 0.1 s, and a quarter above 0.4 s. */
static void test_burst_shows_a_stall_in_full(void **state)
{
    (void)state;
    run(stall_at_first, 400 * NS_PER_MS);
    assert_int_equal(result.answered, CONNECTIONS);
    assert_true(result.latency.min_ns >= 99 * NS_PER_MS);
    assert_true(histogram_percentile_ns(&result.latency, 76) >= 395 * NS_PER_MS);
    assert_true(result.latency.max_ns >= 499 * NS_PER_MS);
}

static void close_late(int connection, unsigned index)
{
    (void)index;
    scripted_server_send(connection, good);
    usleep(2000);
}

/* The client waits for the server to close: no pair of ports is left in TIME_WAIT on its side. */
static void test_burst_leaves_its_ports_free(void **state)
{
    (void)state;
    for (int burst = 0; burst < 2; burst++) {
        run(close_late, 0);
        assert_int_equal(result.answered, CONNECTIONS);
    }
}

static void refuse_every_other(int connection, unsigned index)
{
    scripted_server_send(connection, index % 2 ? bad : good);
}

static void test_burst_counts_what_befell_each(void **state)
{
    (void)state;
    run(refuse_every_other, 0);
    assert_int_equal(result.answered, CONNECTIONS / 2);
    assert_int_equal(result.wrong, CONNECTIONS / 2);
    assert_int_equal(result.latency.count, CONNECTIONS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_burst_shows_a_stall_in_full),
        cmocka_unit_test(test_burst_leaves_its_ports_free),
        cmocka_unit_test(test_burst_counts_what_befell_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
