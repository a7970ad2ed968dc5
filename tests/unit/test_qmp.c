// sources: host/environment/qmp.c host/environment/qemu_inside.c host/error.c
/* QMP against a scripted QEMU: events, foreign replies, garbage, refusals, an early end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "environment/qemu_inside.h"
#include "environment/qmp.h"

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n"
#define AGREED   "{\"return\": {}, \"id\": 1}\r\n"
#define EVENT    "{\"timestamp\": {\"seconds\": 1}, \"event\": \"RESUME\"}\r\n"

// All that QEMU will say lies in the socket before we ask: what it hears does not matter here.
struct script {
    struct qmp qmp;
    int peer;
};

static void play(struct script *script, const char *text, int *ours)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    *ours = ends[0];
    script->peer = ends[1];
}

static void begin(struct script *script, const char *text)
{
    struct error error = {.text = ""};
    int fd;
    play(script, text, &fd);
    if (qmp_begin(&script->qmp, fd, &error) < 0)
        fail_msg("%s", error.text);
}

static void end(struct script *script)
{
    qmp_close(&script->qmp);
    close(script->peer);
}

static void expect_number(struct script *script, json_int_t number)
{
    struct error error = {.text = ""};
    json_t *returned = qmp_execute(&script->qmp, "query-it", NULL, &error);
    assert_non_null(returned);
    assert_int_equal(json_integer_value(returned), number);
    json_decref(returned);
}

static void test_qmp_asks_as_the_protocol_wants(void **state)
{
    struct script script;
    char heard[256] = "";
    (void)state;
    begin(&script, GREETING AGREED "{\"return\": 7, \"id\": 2}\n");
    struct error error;
    json_t *returned = qmp_execute(&script.qmp, "query-stats", json_pack("{s:i}", "n", 3), &error);
    assert_int_equal(json_integer_value(returned), 7);
    json_decref(returned);
    assert_true(read(script.peer, heard, sizeof heard - 1) > 0);
    assert_string_equal(heard, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n"
                               "{\"execute\":\"query-stats\",\"id\":2,\"arguments\":{\"n\":3}}\n");
    end(&script);
}

static void test_qmp_skips_events_and_foreign_replies(void **state)
{
    struct script script;
    (void)state;
    begin(&script, EVENT GREETING EVENT AGREED EVENT "{\"return\": 1, \"id\": 99}\r\n"
                                                     "{\"return\": 2, \"id\": \"2\"}\r\n" EVENT
                                                     "{\"return\": 3, \"id\": 2}\r\n" EVENT
                                                     "{\"return\": 4, \"id\": 3}\r\n");
    expect_number(&script, 3);
    expect_number(&script, 4);
    end(&script);
}

static void test_qmp_skips_garbage(void **state)
{
    struct script script;
    (void)state;
    begin(&script,
          "\n\r\nwarning: TCG doesn't support it\n" GREETING "[1, 2]\n\"id\"\n17\n{\"id\"\n" AGREED
          "{\"return\": \xff}\n{\"id\": 2, \"return\": 5}\n");
    expect_number(&script, 5);
    end(&script);
}

// A line longer than there is room for is lost, and what follows is not.
static void test_qmp_survives_an_endless_line(void **state)
{
    struct script script;
    char *line = malloc(QMP_LINE_BYTES + 500);
    (void)state;
    memset(line, 'x', QMP_LINE_BYTES + 50);
    strcpy(line + QMP_LINE_BYTES + 50, "\n" GREETING AGREED "{\"return\": 6, \"id\": 2}\n");
    begin(&script, line);
    expect_number(&script, 6);
    free(line);
    end(&script);
}

static void test_qmp_tells_why_qemu_refused(void **state)
{
    struct script script;
    struct error error;
    (void)state;
    begin(&script, GREETING AGREED
          "{\"id\": 2, \"error\": {\"class\": \"CommandNotFound\", \"desc\": \"not found\"}}\n");
    assert_null(qmp_execute(&script.qmp, "query-nothing", NULL, &error));
    assert_int_equal(error.code, EXIT_FAILED);
    assert_string_equal(error.text, "QEMU refused query-nothing: not found");
    end(&script);
}

static void test_qmp_notices_the_end(void **state)
{
    struct script script;
    struct error error;
    int fd;
    (void)state;
    play(&script, GREETING "{\"return\": {}, \"id\"", &fd);
    shutdown(script.peer, SHUT_WR);
    assert_int_equal(qmp_begin(&script.qmp, fd, &error), -1);
    assert_string_equal(error.text, "QEMU closed its QMP socket");
    assert_int_equal(script.qmp.fd, -1);
    close(script.peer);
}

static void test_qmp_needs_a_socket(void **state)
{
    struct qmp qmp;
    struct error error;
    (void)state;
    assert_int_equal(qmp_open(&qmp, "/nowhere/qmp", &error), -1);
    assert_non_null(strstr(error.text, "/nowhere/qmp"));
}

static void test_qmp_finds_vcpu_threads(void **state)
{
    pid_t threads[QEMU_VCPUS_MAX];
    (void)state;
    json_t *cpus = json_loads("[{\"thread-id\": 41, \"cpu-index\": 0}, {\"cpu-index\": 1},"
                              " {\"thread-id\": \"x\"}, 5, {\"thread-id\": 43}]",
                              0, NULL);
    assert_int_equal(qemu_inside_parse_vcpus(cpus, threads), 2);
    assert_int_equal(threads[0], 41);
    assert_int_equal(threads[1], 43);
    json_decref(cpus);
    assert_int_equal(qemu_inside_parse_vcpus(NULL, threads), 0);
    cpus = json_array();
    for (int i = 0; i < 3 * QEMU_VCPUS_MAX; i++)
        json_array_append_new(cpus, json_pack("{s:i}", "thread-id", i + 1));
    assert_int_equal(qemu_inside_parse_vcpus(cpus, threads), QEMU_VCPUS_MAX);
    json_decref(cpus);
}

static void test_qmp_sums_kvm_counters(void **state)
{
    (void)state;
    json_t *statistics =
        json_loads("[{\"provider\": \"kvm\", \"stats\": [{\"name\": \"exits\", \"value\": 10},"
                   "  {\"name\": \"blocking\", \"value\": false}, {\"name\": \"halt_wait_ns\", "
                   "\"value\": 5}]},"
                   " {\"stats\": [{\"name\": \"exits\", \"value\": 32}, {\"value\": 1},"
                   "  {\"name\": \"halt_exits\", \"value\": [1, 2]}]}, {}]",
                   0, NULL);
    json_t *after = qemu_inside_parse_counters(statistics);
    assert_int_equal(json_object_size(after), 2);
    assert_int_equal(json_integer_value(json_object_get(after, "exits")), 42);
    json_t *before = json_pack("{s:i}", "exits", 40);
    json_t *difference = qemu_inside_difference(before, after);
    assert_int_equal(json_integer_value(json_object_get(difference, "exits")), 2);
    assert_int_equal(json_integer_value(json_object_get(difference, "halt_wait_ns")), 5);
    assert_null(qemu_inside_difference(NULL, after));
    json_decref(difference);
    json_decref(before);
    json_decref(after);
    json_decref(statistics);
    statistics = json_array(); // as TCG has it
    assert_null(qemu_inside_parse_counters(statistics));
    json_decref(statistics);
    assert_null(qemu_inside_parse_counters(NULL));
}

#define TAKEN(id)        "{\"return\": {}, \"id\": " id "}\n"
#define STATE(id, state) "{\"return\": {\"status\": \"" state "\"}, \"id\": " id "}\n"

static void test_qmp_resets_a_stopped_machine(void **state)
{
    static const char *const order[] = {"\"stop\"",     "\"reset\"", "system_reset",
                                        "query-status", "\"cont\"",  NULL};
    struct script script;
    struct error error;
    uint64_t pressed_ns = 0;
    char heard[2048] = "";
    (void)state;
    begin(&script, GREETING AGREED TAKEN("2") TAKEN("3") TAKEN("4") STATE("5", "paused")
                       STATE("6", "prelaunch") TAKEN("7"));
    assert_int_equal(qemu_inside_reset_by(&script.qmp, &pressed_ns, &error), 0);
    assert_true(pressed_ns > 0);
    assert_true(read(script.peer, heard, sizeof heard - 1) > 0);
    const char *at = heard;
    for (const char *const *command = order; *command; command++)
        assert_non_null(at = strstr(at, *command));
    end(&script);
}

static void test_qmp_tells_that_there_is_no_reset(void **state)
{
    struct script script;
    struct error error;
    uint64_t pressed_ns;
    (void)state;
    begin(&script, GREETING AGREED TAKEN("2") "{\"id\": 3, \"error\": {\"desc\": \"no\"}}\n");
    assert_int_equal(qemu_inside_reset_by(&script.qmp, &pressed_ns, &error), -1);
    assert_string_equal(error.text, "QEMU refused set-action: no");
    end(&script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qmp_asks_as_the_protocol_wants),
        cmocka_unit_test(test_qmp_skips_events_and_foreign_replies),
        cmocka_unit_test(test_qmp_skips_garbage),
        cmocka_unit_test(test_qmp_survives_an_endless_line),
        cmocka_unit_test(test_qmp_tells_why_qemu_refused),
        cmocka_unit_test(test_qmp_notices_the_end),
        cmocka_unit_test(test_qmp_needs_a_socket),
        cmocka_unit_test(test_qmp_finds_vcpu_threads),
        cmocka_unit_test(test_qmp_sums_kvm_counters),
        cmocka_unit_test(test_qmp_resets_a_stopped_machine),
        cmocka_unit_test(test_qmp_tells_that_there_is_no_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
