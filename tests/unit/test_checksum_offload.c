// sources: net/checksum_offload.c
/* What the NIC is asked to do for a frame: done here as the device does it, the checksum must come
 * out right.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum_offload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define ETHERNET 14
#define DATA     7 /* odd on purpose */

struct frame {
    struct pbuf pbuf;
    struct virtio_net_header header;
    uint8_t bytes[128];
};

static void finish(struct frame *frame, unsigned length)
{
    frame->pbuf.payload = frame->bytes;
    frame->pbuf.len = frame->pbuf.tot_len = (uint16_t)length;
    memset(&frame->header, 0, sizeof frame->header);
    checksum_offload(&frame->pbuf, &frame->header);
}

static unsigned fill(struct frame *frame, unsigned start, unsigned header_bytes)
{
    for (unsigned i = start; i < start + header_bytes + DATA; i++)
        frame->bytes[i] = (uint8_t)(i * 37);
    return start + header_bytes + DATA;
}

static void put_word(struct frame *frame, unsigned offset, unsigned word)
{
    frame->bytes[offset] = (uint8_t)(word >> 8);
    frame->bytes[offset + 1] = (uint8_t)word;
}

static void make_ipv4(struct frame *frame, uint8_t protocol, unsigned header_bytes)
{
    static const uint8_t addresses[] = {10, 0, 0, 2, 192, 168, 255, 254};
    memset(frame, 0, sizeof *frame);
    put_word(frame, 12, 0x0800);
    frame->bytes[ETHERNET] = 0x45;
    frame->bytes[ETHERNET + 9] = protocol;
    memcpy(frame->bytes + ETHERNET + 12, addresses, sizeof addresses);
    unsigned end = fill(frame, ETHERNET + 20, header_bytes);
    put_word(frame, ETHERNET + 2, end - ETHERNET);
    finish(frame, end);
}

static void make_ipv6(struct frame *frame, uint8_t protocol, unsigned header_bytes)
{
    memset(frame, 0, sizeof *frame);
    put_word(frame, 12, 0x86dd);
    frame->bytes[ETHERNET] = 0x60;
    frame->bytes[ETHERNET + 6] = protocol;
    for (unsigned i = 8; i < 40; i++)
        frame->bytes[ETHERNET + i] = (uint8_t)(255 - i);
    unsigned end = fill(frame, ETHERNET + 40, header_bytes);
    put_word(frame, ETHERNET + 4, end - ETHERNET - 40);
    finish(frame, end);
}

/* The textbook's sum: 16-bit words in network order (RFC 1071). */
static uint32_t sum(const uint8_t *bytes, unsigned length)
{
    uint32_t total = 0;
    for (unsigned i = 0; i < length; i++)
        total += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return total;
}

/* Plays the device, then verifies the packet as its receiver would. */
static void assert_checksum_comes_out(struct frame *frame, unsigned start, unsigned field,
                                      unsigned addresses, unsigned addresses_bytes,
                                      uint8_t protocol)
{
    assert_int_equal(frame->header.flags, VIRTIO_NET_HEADER_F_NEEDS_CSUM);
    assert_int_equal(frame->header.csum_start, start);
    assert_int_equal(frame->header.csum_offset, field);
    unsigned length = frame->pbuf.tot_len - start;
    put_word(frame, start + field, ~sum(frame->bytes + start, length) & 0xffff);

    uint8_t pseudo[4] = {0, protocol, (uint8_t)(length >> 8), (uint8_t)length};
    uint32_t total = sum(frame->bytes + start, length) +
                     sum(frame->bytes + addresses, addresses_bytes) + sum(pseudo, sizeof pseudo);
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    assert_int_equal(total, 0xffff);
}

static void test_checksum_offload_tcp_over_ipv4(void **state)
{
    struct frame frame;
    (void)state;
    make_ipv4(&frame, 6, 20);
    assert_checksum_comes_out(&frame, ETHERNET + 20, 16, ETHERNET + 12, 8, 6);
}

static void test_checksum_offload_udp_over_ipv4(void **state)
{
    struct frame frame;
    (void)state;
    make_ipv4(&frame, 17, 8);
    assert_checksum_comes_out(&frame, ETHERNET + 20, 6, ETHERNET + 12, 8, 17);
}

static void test_checksum_offload_tcp_over_ipv6(void **state)
{
    struct frame frame;
    (void)state;
    make_ipv6(&frame, 6, 20);
    assert_checksum_comes_out(&frame, ETHERNET + 40, 16, ETHERNET + 8, 32, 6);
}

static void test_checksum_offload_leaves_other_protocols(void **state)
{
    struct frame frame;
    (void)state;
    make_ipv4(&frame, 1, 8);
    assert_int_equal(frame.header.flags, 0);
    make_ipv6(&frame, 58, 8);
    assert_int_equal(frame.header.flags, 0);
    put_word(&frame, 12, 0x0806); /* ARP */
    finish(&frame, 42);
    assert_int_equal(frame.header.flags, 0);
}

static void test_checksum_offload_leaves_fragments(void **state)
{
    struct frame frame;
    (void)state;
    make_ipv4(&frame, 17, 8);
    uint8_t before[sizeof frame.bytes];
    put_word(&frame, ETHERNET + 6, 0x2000); /* more fragments */
    memcpy(before, frame.bytes, sizeof before);
    finish(&frame, frame.pbuf.len);
    assert_int_equal(frame.header.flags, 0);
    put_word(&frame, ETHERNET + 6, 0x00b9); /* the last of them */
    memcpy(before, frame.bytes, sizeof before);
    finish(&frame, frame.pbuf.len);
    assert_int_equal(frame.header.flags, 0);
    assert_memory_equal(frame.bytes, before, sizeof before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksum_offload_tcp_over_ipv4),
        cmocka_unit_test(test_checksum_offload_udp_over_ipv4),
        cmocka_unit_test(test_checksum_offload_tcp_over_ipv6),
        cmocka_unit_test(test_checksum_offload_leaves_other_protocols),
        cmocka_unit_test(test_checksum_offload_leaves_fragments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
