// sources: host/load/http_response.c
/* The response parser: every framing, split at every byte; what is malformed; the body's check. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/http_response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct expectation {
    const char *text;
    unsigned status;
    uint64_t body_bytes;
    bool will_close;
    bool ends_with_connection;
};

static const struct expectation good[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nAAAAA", 200, 5, false, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nAAAAA", 200, 5, true, false},
    {"HTTP/1.1 200 OK\r\ncontent-length:\t 5 \r\nCONNECTION: x , Close\r\n\r\nAAAAA", 200, 5, true,
     false},
    {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nAAAAA", 200, 5, true, false},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nAAAAA", 200, 5, false,
     false},
    /* a bare LF ends a line too (RFC 9112, 2.2), and the reason may be missing */
    {"HTTP/1.1 200\nContent-Length: 1\n\nA", 200, 1, false, false},
    {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, 0, false, false},
    {"HTTP/1.1 204 No Content\r\n\r\n", 204, 0, false, false},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 304, 0, false, false},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nAA", 200, 2, false,
     false},
    {"HTTP/1.1 200 OK\r\n\r\nAAA", 200, 3, true, true},
    {"HTTP/1.1 200 OK\r\n\r\n", 200, 0, true, true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nAAA\r\nA;x=y\r\nAAAAAAAAAA\r\n"
     "0\r\nTrailer: x\r\n\r\n",
     200, 13, false, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nAAAAA", 200, 5, false,
     false},
};

static void assert_as_expected(const struct http_response *response,
                               const struct expectation *expected)
{
    assert_int_equal(response->state, HTTP_RESPONSE_COMPLETE);
    assert_int_equal(response->status, expected->status);
    assert_int_equal(response->body_bytes, expected->body_bytes);
    assert_int_equal(response->will_close, expected->will_close);
}

/* In two pieces, cut at every place; each piece in memory of its own, for the sanitizer's eyes. */
static void feed_cut(const struct expectation *expected, size_t cut)
{
    size_t length = strlen(expected->text);
    char *first = malloc(cut + 1);
    char *second = malloc(length - cut + 1);
    struct http_response response;

    memcpy(first, expected->text, cut);
    memcpy(second, expected->text + cut, length - cut);
    http_response_start(&response, NULL, 0);
    assert_int_equal(http_response_feed(&response, first, cut), cut);
    if (cut < length && !expected->ends_with_connection)
        assert_int_not_equal(response.state, HTTP_RESPONSE_COMPLETE);
    assert_int_equal(http_response_feed(&response, second, length - cut), length - cut);
    if (expected->ends_with_connection)
        assert_int_equal(response.state, HTTP_RESPONSE_UNTIL_END);
    http_response_end(&response);
    assert_as_expected(&response, expected);
    free(first);
    free(second);
}

static void test_http_response_split_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        for (size_t cut = 0; cut <= strlen(good[i].text); cut++)
            feed_cut(&good[i], cut);
}

static void test_http_response_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct http_response response;
        http_response_start(&response, NULL, 0);
        for (const char *c = good[i].text; *c != '\0'; c++)
            assert_int_equal(http_response_feed(&response, c, 1), 1);
        http_response_end(&response);
        assert_as_expected(&response, &good[i]);
    }
}

static void test_http_response_malformed(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "SSH-2.0-x\r\n",
        "HTTP/2 200 OK\r\n",
        "HTTP/1.1 2x0 OK\r\n",
        "HTTP/1.1 20\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 000 OK\r\n",
        "\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nAB\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_response response;
        http_response_start(&response, NULL, 0);
        http_response_feed(&response, bad[i], strlen(bad[i]));
        assert_int_equal(response.state, HTTP_RESPONSE_MALFORMED);
        http_response_end(&response);
        assert_int_equal(response.state, HTTP_RESPONSE_MALFORMED);
    }
}

static void test_http_response_nul_in_head_is_malformed(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 200 OK\r\nA: b\0c\r\n";
    struct http_response response;
    http_response_start(&response, NULL, 0);
    http_response_feed(&response, text, sizeof text - 1);
    assert_int_equal(response.state, HTTP_RESPONSE_MALFORMED);
}

static void test_http_response_cut_short_is_not_complete(void **state)
{
    (void)state;
    static const char *const cut[] = {
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nAAAA",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nA"};
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
        struct http_response response;
        http_response_start(&response, NULL, 0);
        http_response_feed(&response, cut[i], strlen(cut[i]));
        http_response_end(&response);
        assert_int_not_equal(response.state, HTTP_RESPONSE_COMPLETE);
    }
}

static void test_http_response_takes_no_byte_behind_its_end(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nAAHTTP";
    struct http_response response;
    http_response_start(&response, NULL, 0);
    assert_int_equal(http_response_feed(&response, text, strlen(text)), strlen(text) - 4);
    assert_int_equal(response.state, HTTP_RESPONSE_COMPLETE);
    assert_int_equal(http_response_feed(&response, "HTTP", 4), 0);
}

static void test_http_response_long_lines(void **state)
{
    (void)state;
    char line[2 * HTTP_RESPONSE_LINE_BYTES];
    struct http_response response;

    /* a long cookie is nobody's business */
    http_response_start(&response, NULL, 0);
    memset(line, 'c', sizeof line);
    http_response_feed(&response, "HTTP/1.1 200 OK\r\nSet-Cookie: ", 29);
    http_response_feed(&response, line, sizeof line);
    http_response_feed(&response, "\r\nContent-Length: 1\r\n\r\nA", 24);
    assert_int_equal(response.state, HTTP_RESPONSE_COMPLETE);

    /* a length hidden behind so many zeros is */
    http_response_start(&response, NULL, 0);
    memset(line, '0', sizeof line);
    http_response_feed(&response, "HTTP/1.1 200 OK\r\nContent-Length: ", 33);
    http_response_feed(&response, line, sizeof line);
    http_response_feed(&response, "1\r\n", 3);
    assert_int_equal(response.state, HTTP_RESPONSE_MALFORMED);
}

static void test_http_response_endless_head_is_malformed(void **state)
{
    (void)state;
    struct http_response response;
    size_t fed = 0;
    http_response_start(&response, NULL, 0);
    http_response_feed(&response, "HTTP/1.1 200 OK\r\n", 17);
    while (response.state != HTTP_RESPONSE_MALFORMED && fed < 2 * HTTP_RESPONSE_HEAD_BYTES)
        fed += http_response_feed(&response, "a: b\r\n", 6);
    assert_int_equal(response.state, HTTP_RESPONSE_MALFORMED);
}

static bool differs(const char *body, const char *expected)
{
    struct http_response response;
    http_response_start(&response, expected, strlen(expected));
    http_response_feed(&response, "HTTP/1.1 200 OK\r\n\r\n", 19);
    size_t length = strlen(body);
    for (size_t at = 0; at < length; at += 2)
        http_response_feed(&response, body + at, length - at == 1 ? 1 : 2);
    http_response_end(&response);
    assert_int_equal(response.state, HTTP_RESPONSE_COMPLETE);
    return response.body_differs;
}

static void test_http_response_compares_the_body(void **state)
{
    (void)state;
    assert_false(differs("AAAAA", "AAAAA"));
    assert_true(differs("AAABA", "AAAAA"));
    assert_true(differs("BAAAA", "AAAAA"));
    assert_true(differs("AAAA", "AAAAA"));
    assert_true(differs("AAAAAA", "AAAAA"));
    assert_true(differs("AAAAAAAAAAAA", "AAAAA"));
    assert_true(differs("", "A"));
    assert_false(differs("", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_response_split_anywhere),
        cmocka_unit_test(test_http_response_byte_by_byte),
        cmocka_unit_test(test_http_response_malformed),
        cmocka_unit_test(test_http_response_nul_in_head_is_malformed),
        cmocka_unit_test(test_http_response_cut_short_is_not_complete),
        cmocka_unit_test(test_http_response_takes_no_byte_behind_its_end),
        cmocka_unit_test(test_http_response_long_lines),
        cmocka_unit_test(test_http_response_endless_head_is_malformed),
        cmocka_unit_test(test_http_response_compares_the_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
