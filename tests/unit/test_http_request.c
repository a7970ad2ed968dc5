// sources: guest/payload/http_request.c
// flags: -iquote guest/payload
/* The parser of HTTP requests: however its input is cut, it comes to the same. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_service.h"

static char seen_path[64], seen_query[64];

static void note_route(struct http_request *r, const struct http_target *target)
{
    r->status = target->path_bytes == 5 && memcmp(target->path, "/none", 5) == 0 ? 404 : 200;
    r->takes_post = target->path_bytes == 5 && memcmp(target->path, "/post", 5) == 0;
    r->text = strndup(target->query, target->query_bytes);
    snprintf(seen_path, sizeof seen_path, "%.*s", (int)target->path_bytes, target->path);
    snprintf(seen_query, sizeof seen_query, "%.*s", (int)target->query_bytes, target->query);
}

const struct http_service http_service = {.route = note_route};

// Feeds the text in pieces of `step` bytes, keeping what was not used, as a connection does.
static int status_of(const char *text, size_t step, struct http_request *r)
{
    size_t length = strlen(text), start = 0, end = 0;
    memset(r, 0, sizeof *r);
    while (r->state != HTTP_REQUEST_COMPLETE && end < length) {
        end = end + step < length ? end + step : length;
        char *piece = malloc(end - start); // its bounds are watched
        memcpy(piece, text + start, end - start);
        start += http_request_parse(r, piece, end - start);
        free(piece);
    }
    return r->state == HTTP_REQUEST_COMPLETE ? r->status : 0;
}

static void expect(const char *text, int status)
{
    struct http_request r;
    for (size_t step = 1; step <= strlen(text) + 1; step += 1 + step / 3) {
        int found = status_of(text, step, &r);
        http_request_reset(&r);
        if (found != status)
            fail_msg("%d, not %d, in steps of %zu: %s", found, status, step, text);
    }
}

static void test_request_forms(void **state)
{
    (void)state;
    expect("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    expect("\r\nGET / HTTP/1.1\nHost: a\n\n", 200);
    expect("GET / HTTP/1.0\r\n\r\n", 200);
    expect("GET /none HTTP/1.0\r\n\r\n", 404);
    expect("POST / HTTP/1.0\r\n\r\n", 405);
    expect("GET /post HTTP/1.0\r\n\r\n", 405);
    expect("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200);
    expect("POST /post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
           "chunked\r\n\r\n2;x\r\nab\r\n0\r\n\r\n",
           200);
    expect("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    expect("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    expect("GET / HTTP/2.0\r\n\r\n", 505);
}

static void test_request_refuses(void **state)
{
    (void)state;
    expect("GET / HTTP/1.1\r\n\r\n", 400); // no Host
    expect("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    expect("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400);
    expect("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400);
    expect("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    expect("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    expect("GET /\x01 HTTP/1.1\r\n", 400);
    expect("GET /\r\n", 400);
    expect(
        "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        400);
    expect("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400);
    expect("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400);
}

static void test_request_target(void **state)
{
    struct http_request r;
    (void)state;
    assert_int_equal(status_of("GET /a?b=1&c HTTP/1.0\r\n\r\n", 100, &r), 200);
    assert_string_equal(seen_path, "/a");
    assert_string_equal(seen_query, "b=1&c");
    http_request_reset(&r);
    assert_int_equal(status_of("GET http://h:1?q HTTP/1.0\r\n\r\n", 100, &r), 200);
    assert_string_equal(seen_path, "/");
    assert_string_equal(seen_query, "q");
    http_request_reset(&r);
    assert_int_equal(status_of("GET http://h:1/x/y HTTP/1.0\r\n\r\n", 100, &r), 200);
    assert_string_equal(seen_path, "/x/y");
    assert_string_equal(seen_query, "");
    http_request_reset(&r);
}

static void test_request_head_too_long(void **state)
{
    char *text = malloc(2 * HTTP_HEAD_MAX_BYTES);
    struct http_request r;
    (void)state;
    memset(text, 'a', 2 * HTTP_HEAD_MAX_BYTES - 1);
    text[2 * HTTP_HEAD_MAX_BYTES - 1] = '\0';
    assert_int_equal(status_of(text, 1000, &r), 431);
    http_request_reset(&r);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_forms),
        cmocka_unit_test(test_request_refuses),
        cmocka_unit_test(test_request_target),
        cmocka_unit_test(test_request_head_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
