// sources: net/segmentation.c $(LWIP)/core/def.c
/* Segments joined into one frame: which follow each other, and the headers of all of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "segmentation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "lwip/prot/tcp.h"

#define DATA_BYTES 100
#define IP4_AT     14
#define TCP4_AT    34
#define TCP6_AT    54

struct frame {
    struct pbuf pbuf;
    uint8_t bytes[256];
};

static void put_word(struct frame *frame, unsigned at, unsigned word)
{
    frame->bytes[at] = (uint8_t)(word >> 8);
    frame->bytes[at + 1] = (uint8_t)word;
}

static unsigned word_at(const struct frame *frame, unsigned at)
{
    return (unsigned)frame->bytes[at] << 8 | frame->bytes[at + 1];
}

static uint16_t sum_of(const uint8_t *words, unsigned bytes)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < bytes; i += 2)
        sum += (uint32_t)words[i] << 8 | words[i + 1];
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static void fill_tcp(struct frame *frame, unsigned at, unsigned sequence)
{
    put_word(frame, at, 80);
    put_word(frame, at + 2, 40000);
    put_word(frame, at + 6, sequence);
    put_word(frame, at + 10, 4711);
    frame->bytes[at + 12] = 0x50;
    frame->bytes[at + 13] = TCP_ACK;
    put_word(frame, at + 14, 8192);
    frame->pbuf.payload = frame->bytes;
    frame->pbuf.len = frame->pbuf.tot_len = (uint16_t)(at + 20 + DATA_BYTES);
}

static void make4(struct frame *frame, unsigned sequence)
{
    memset(frame, 0, sizeof *frame);
    put_word(frame, 12, 0x0800);
    frame->bytes[IP4_AT] = 0x45;
    put_word(frame, IP4_AT + 2, 40 + DATA_BYTES);
    frame->bytes[IP4_AT + 8] = 255;
    frame->bytes[IP4_AT + 9] = 6;
    put_word(frame, IP4_AT + 12, 0x0a01);
    put_word(frame, IP4_AT + 16, 0xc0a8);
    put_word(frame, IP4_AT + 10, (uint16_t)~sum_of(frame->bytes + IP4_AT, 20));
    fill_tcp(frame, TCP4_AT, sequence);
}

static void make6(struct frame *frame, unsigned sequence)
{
    memset(frame, 0, sizeof *frame);
    put_word(frame, 12, 0x86dd);
    frame->bytes[14] = 0x60;
    put_word(frame, 18, 20 + DATA_BYTES);
    frame->bytes[20] = 6;
    put_word(frame, 22, 0xfd00);
    fill_tcp(frame, TCP6_AT, sequence);
}

static void test_segmentation_follows_what_comes_next(void **state)
{
    struct frame first, second;
    (void)state;
    make4(&first, 1000);
    make4(&second, 1000 + DATA_BYTES);
    assert_int_equal(segmentation_follows(&second.pbuf, &first.pbuf), TCP4_AT + 20);
    second.bytes[TCP4_AT + 13] |= TCP_PSH; /* the last may push */
    assert_int_equal(segmentation_follows(&second.pbuf, &first.pbuf), TCP4_AT + 20);
    make6(&first, 1000);
    make6(&second, 1000 + DATA_BYTES);
    assert_int_equal(segmentation_follows(&second.pbuf, &first.pbuf), TCP6_AT + 20);
}

/* One byte of the second frame is another: nothing is joined that differs in what would be lost. */
static void test_segmentation_follows_nothing_else(void **state)
{
    static const unsigned telling[] = {
        12,                        /* Ethernet's type */
        IP4_AT,                    /* options */
        IP4_AT + 7,                /* a fragment */
        IP4_AT + 9,                /* protocol */
        IP4_AT + 15,               /* source */
        IP4_AT + 19,               /* destination */
        TCP4_AT + 1,               /* ports */
        TCP4_AT + 3,  TCP4_AT + 7, /* sequence number */
        TCP4_AT + 11,              /* acknowledgement */
        TCP4_AT + 12,              /* options */
        TCP4_AT + 15,              /* window */
    };
    struct frame first, second;
    (void)state;
    make4(&first, 1000);
    for (unsigned i = 0; i < sizeof telling / sizeof telling[0]; i++) {
        make4(&second, 1000 + DATA_BYTES);
        second.bytes[telling[i]] ^= 0x11;
        assert_int_equal(segmentation_follows(&second.pbuf, &first.pbuf), 0);
    }
    make4(&second, 1000 + DATA_BYTES);
    second.bytes[TCP4_AT + 13] |= TCP_FIN;
    assert_int_equal(segmentation_follows(&second.pbuf, &first.pbuf), 0);
    second.bytes[TCP4_AT + 13] = TCP_ACK;
    first.bytes[TCP4_AT + 13] |= TCP_PSH;
    assert_int_equal(segmentation_follows(&second.pbuf, &first.pbuf), 0);
}

static void test_segmentation_asks_with_the_headers_of_all(void **state)
{
    struct frame first, last;
    struct virtio_net_header header = {0};
    (void)state;
    make4(&first, 1000);
    make4(&last, 1000 + 40 * DATA_BYTES);
    last.bytes[TCP4_AT + 13] |= TCP_PSH;
    put_word(&first, TCP4_AT + 16, 0xfff0); /* of the pseudo header: the sum carries */
    segmentation_ask(&first.pbuf, &last.pbuf, 40 * DATA_BYTES, &header);
    assert_int_equal(word_at(&first, IP4_AT + 2), 40 + 41 * DATA_BYTES);
    assert_int_equal(sum_of(first.bytes + IP4_AT, 20), 0xffff);
    assert_int_equal(word_at(&first, TCP4_AT + 16), (0xfff0 + 40 * DATA_BYTES) % 0xffff);
    assert_int_equal(first.bytes[TCP4_AT + 13], TCP_ACK | TCP_PSH);
    assert_int_equal(header.gso_type, VIRTIO_NET_HEADER_GSO_TCPV4);
    assert_int_equal(header.gso_size, DATA_BYTES);
    assert_int_equal(header.gso_header_bytes, TCP4_AT + 20);
}

static void test_segmentation_asks_for_ipv6(void **state)
{
    struct frame first, last;
    struct virtio_net_header header = {0};
    (void)state;
    make6(&first, 1000);
    make6(&last, 1000 + DATA_BYTES);
    segmentation_ask(&first.pbuf, &last.pbuf, DATA_BYTES, &header);
    assert_int_equal(word_at(&first, 18), 20 + 2 * DATA_BYTES);
    assert_int_equal(header.gso_type, VIRTIO_NET_HEADER_GSO_TCPV6);
    assert_int_equal(header.gso_header_bytes, TCP6_AT + 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segmentation_follows_what_comes_next),
        cmocka_unit_test(test_segmentation_follows_nothing_else),
        cmocka_unit_test(test_segmentation_asks_with_the_headers_of_all),
        cmocka_unit_test(test_segmentation_asks_for_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
