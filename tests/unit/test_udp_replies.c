// sources: host/load/udp_replies.c host/error.c
/* The account of UDP replies, of echoing servers and of the study's. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp_replies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct udp_replies replies;

static enum udp_reply take_number(uint64_t number)
{
    char text[UDP_NUMBER_BYTES];
    uint64_t found = UINT64_MAX;
    size_t length = udp_number_format(number, text);
    enum udp_reply reply = udp_replies_take(&replies, text, length, &found);
    if (reply != UDP_REPLY_UNEXPECTED)
        assert_int_equal(found, number);
    return reply;
}

static void test_udp_replies_format(void **state)
{
    (void)state;
    char text[UDP_NUMBER_BYTES];
    assert_int_equal(udp_number_format(0, text), 2);
    assert_string_equal(text, "0");
    assert_int_equal(udp_number_format(99999, text), 6);
    assert_string_equal(text, "99999");
    assert_int_equal(udp_number_format(UINT64_MAX, text), 21);
    assert_string_equal(text, "18446744073709551615");
}

static void test_udp_replies_tell_echoes_apart(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(udp_replies_start(&replies, 100, true, &error), 0);
    assert_int_equal(take_number(0), UDP_REPLY_NUMBERED);
    assert_int_equal(take_number(2), UDP_REPLY_NUMBERED);
    assert_int_equal(take_number(1), UDP_REPLY_NUMBERED); /* reordered */
    assert_int_equal(take_number(1), UDP_REPLY_DUPLICATE);
    assert_int_equal(take_number(99), UDP_REPLY_NUMBERED);
    assert_int_equal(take_number(100), UDP_REPLY_UNEXPECTED); /* never sent */
    assert_int_equal(replies.replies, 5);
    assert_int_equal(replies.duplicated, 1);
    assert_int_equal(replies.reordered, 1);
    assert_int_equal(replies.unexpected, 1);
    assert_int_equal(udp_replies_answered(&replies), 4);
    udp_replies_free(&replies);
}

static void test_udp_replies_echo_refuses_other_texts(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        size_t length;
    } bad[] = {{"", 0},      {"\0", 1},    {"5", 1},
               {"05\0", 3},  {"-5\0", 3},  {"5x\0", 3},
               {"5\0\0", 3}, {"LAS\0", 4}, {"99999999999999999999\0", 21}};
    struct error error;
    uint64_t number;
    assert_int_equal(udp_replies_start(&replies, UINT64_C(1) << 20, true, &error), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(udp_replies_take(&replies, bad[i].bytes, bad[i].length, &number),
                         UDP_REPLY_UNEXPECTED);
    assert_int_equal(replies.replies, 0);
    udp_replies_free(&replies);
}

static void test_udp_replies_count_the_studys_answers(void **state)
{
    (void)state;
    char answer[UDP_REPLY_BYTES + 1];
    struct error error;
    uint64_t number;
    memset(answer, 'A', sizeof answer);
    assert_int_equal(udp_replies_start(&replies, 10, false, &error), 0);
    assert_int_equal(udp_replies_take(&replies, answer, 1000, &number), UDP_REPLY_COUNTED);
    assert_int_equal(udp_replies_take(&replies, answer, 1001, &number), UDP_REPLY_UNEXPECTED);
    assert_int_equal(udp_replies_take(&replies, answer, 999, &number), UDP_REPLY_UNEXPECTED);
    answer[999] = 'B';
    assert_int_equal(udp_replies_take(&replies, answer, 1000, &number), UDP_REPLY_UNEXPECTED);
    assert_int_equal(take_number(5), UDP_REPLY_UNEXPECTED);
    assert_int_equal(udp_replies_take(&replies, "LAST", 5, &number), UDP_REPLY_LAST);
    assert_int_equal(udp_replies_take(&replies, "LAST", 4, &number), UDP_REPLY_LAST);
    assert_int_equal(replies.replies, 1);
    assert_int_equal(replies.unexpected, 4);
    udp_replies_free(&replies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_udp_replies_format),
        cmocka_unit_test(test_udp_replies_tell_echoes_apart),
        cmocka_unit_test(test_udp_replies_echo_refuses_other_texts),
        cmocka_unit_test(test_udp_replies_count_the_studys_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
