// sources: host/environment/ready.c host/environment/program.c host/error.c
/* Waiting for servers, each a thread on a port of loopback, each asked on its own. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "environment/isolation.h"
#include "environment/ready.h"

enum { SERVERS = 3 };

struct answerer {
    int listener;
    int silent;  // requests that it hears and does not answer
    int slow_ms; // before each answer
    int backlog; // 0: 64
    const char *answer;
    pthread_t thread;
};

bool isolation_interrupted(void)
{
    return false;
}

// Answers one connection after another, until the listener is shut down.
static void *serve(void *argument)
{
    struct answerer *server = argument;
    char request[64];
    int connection;
    while ((connection = accept(server->listener, NULL, NULL)) >= 0) {
        ssize_t got = recv(connection, request, sizeof request, 0);
        if (got > 0)
            usleep((useconds_t)server->slow_ms * 1000);
        if (got > 0 && server->silent-- <= 0)
            send(connection, server->answer, strlen(server->answer), MSG_NOSIGNAL);
        close(connection);
    }
    return NULL;
}

static struct ready_wait start(struct answerer *server, struct program *program)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(server->listener, server->backlog ? server->backlog : 64), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
    return (struct ready_wait){.protocol = PROTOCOL_HTTP,
                               .address = address.sin_addr,
                               .port = ntohs(address.sin_port),
                               .deadline_ns = clock_now_ns() + 60 * NS_PER_S,
                               .program = program};
}

static void stop(struct answerer *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

// A program that runs, for as long as it is not killed.
static struct program sleeper(void)
{
    struct program program;
    struct error error;
    const char *const argv[] = {"sleep", "100", NULL};
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = -1};
    assert_int_equal(program_start(&program, &options, &error), 0);
    return program;
}

static void test_ready_waits_for_each_of_them(void **state)
{
    (void)state;
    struct answerer servers[SERVERS] = {{.answer = "HTTP/1.1 200 OK\r\n\r\n"},
                                        {.answer = "HTTP/1.1 200 OK\r\n\r\n", .silent = 3},
                                        {.answer = "HTTP/1.1 200 OK\r\n\r\n", .silent = 9}};
    struct ready_wait waits[SERVERS], *lost;
    struct program program = sleeper();
    struct error error;

    for (int i = 0; i < SERVERS; i++)
        waits[i] = start(&servers[i], &program);
    assert_int_equal(ready_wait_all(waits, SERVERS, &lost, &error), 0);
    for (int i = 0; i < SERVERS; i++) {
        assert_true(waits[i].answered_ns >= program.started_ns);
        stop(&servers[i]);
        assert_true(servers[i].silent < 0);
    }
    program_kill(&program);
}

static void test_ready_names_the_one_whose_program_ended(void **state)
{
    (void)state;
    struct answerer servers[2] = {{.answer = "HTTP/1.1 200 OK\r\n\r\n"},
                                  {.answer = "HTTP/1.1 503 No\r\n\r\n"}};
    struct program programs[2] = {sleeper(), sleeper()};
    struct ready_wait waits[2], *lost;
    struct error error;

    for (int i = 0; i < 2; i++)
        waits[i] = start(&servers[i], &programs[i]);
    kill(programs[1].pid, SIGKILL);
    assert_int_equal(ready_wait_all(waits, 2, &lost, &error), -1);
    assert_ptr_equal(lost, &waits[1]);
    assert_non_null(strstr(error.text, "ended before it answered"));
    for (int i = 0; i < 2; i++)
        stop(&servers[i]);
    program_kill(&programs[0]);
}

static void test_ready_does_not_wait_beyond_the_deadline(void **state)
{
    (void)state;
    struct answerer server = {.answer = "HTTP/1.1 503 No\r\n\r\n"};
    struct program program = sleeper();
    struct ready_wait wait = start(&server, &program), *lost;
    struct error error;

    wait.deadline_ns = clock_now_ns() + 50 * NS_PER_MS;
    assert_int_equal(ready_wait_all(&wait, 1, &lost, &error), -1);
    assert_ptr_equal(lost, &wait);
    assert_non_null(strstr(error.text, "did not answer"));
    stop(&server);
    program_kill(&program);
}

// Slower than all the attempts that are kept take to begin: the first ones are given up.
static void test_ready_lets_a_slow_one_answer(void **state)
{
    (void)state;
    struct answerer server = {.answer = "HTTP/1.1 200 OK\r\n\r\n", .slow_ms = 300, .backlog = 1};
    struct program program = sleeper();
    struct ready_wait wait = start(&server, &program), *lost;
    struct error error;

    wait.interval_ns = NS_PER_MS / 2;
    assert_int_equal(ready_wait_all(&wait, 1, &lost, &error), 0);
    assert_true(wait.answered_ns > 0);
    stop(&server);
    program_kill(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ready_waits_for_each_of_them),
        cmocka_unit_test(test_ready_names_the_one_whose_program_ended),
        cmocka_unit_test(test_ready_does_not_wait_beyond_the_deadline),
        cmocka_unit_test(test_ready_lets_a_slow_one_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
