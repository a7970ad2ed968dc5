// sources: host/load/url.c host/number.c host/error.c
/* URLs of an HTTP load: the parts of good ones, and the refusal of others. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_url_parts(void **state)
{
    (void)state;
    const struct {
        const char *text, *authority, *host, *port, *path;
    } good[] = {
        {"http://10.0.0.2", "10.0.0.2", "10.0.0.2", "80", "/"},
        {"HTTP://10.0.0.2:8080/", "10.0.0.2:8080", "10.0.0.2", "8080", "/"},
        {"http://a.example/bytes/5?x=1:2", "a.example", "a.example", "80", "/bytes/5?x=1:2"},
        {"http://a?x", "a", "a", "80", "/?x"},
        {"http://a/b#c", "a", "a", "80", "/b"},
        {"http://[fd00::2]", "[fd00::2]", "fd00::2", "80", "/"},
        {"http://[fd00::2]:81/x", "[fd00::2]:81", "fd00::2", "81", "/x"},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct url url;
        struct error error;
        assert_int_equal(url_parse(good[i].text, &url, &error), 0);
        assert_string_equal(url.authority, good[i].authority);
        assert_string_equal(url.host, good[i].host);
        assert_string_equal(url.port, good[i].port);
        assert_string_equal(url.path, good[i].path);
    }
}

static void assert_refused(const char *text)
{
    struct url url;
    struct error error = {0};
    assert_int_equal(url_parse(text, &url, &error), -1);
    assert_int_equal(error.code, EXIT_USAGE);
}

static void test_url_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "10.0.0.2",
                                      "https://a/",
                                      "http://",
                                      "http:///x",
                                      "http://:80",
                                      "http://a:",
                                      "http://a:0",
                                      "http://a:65536",
                                      "http://a:123456",
                                      "http://a:8x",
                                      "http://u@a/",
                                      "http://a/b c",
                                      "http://a/\r\nX: y",
                                      "http://[fd00::2",
                                      "http://[]",
                                      "http://[fd00::2]x:80",
                                      "http://a/\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(bad[i]);
}

static void test_url_refuses_long_parts(void **state)
{
    (void)state;
    char text[2048] = "http://";
    memset(text + 7, 'a', 500);
    assert_refused(text);
    strcpy(text, "http://a/");
    memset(text + 9, 'a', 1024);
    text[9 + 1024] = '\0';
    assert_refused(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url_parts),
        cmocka_unit_test(test_url_refuses),
        cmocka_unit_test(test_url_refuses_long_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
