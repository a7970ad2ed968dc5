// sources: net/receive_buffer.c guest/virtio/virtqueue.c
/* Receive buffers against a NIC that the test plays, and an lwIP that keeps or frees frames. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "receive_buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "memory.h"

#define RING 64

/* ---- the kernel and lwIP, as far as the buffers see them ---------------------------------- */

static void *pages[64];
static unsigned pages_count;
static unsigned clones;

uint64_t memory_total_bytes(void)
{
    return 64ull * 96 * 2048; /* room for 96 buffers */
}

void *page_alloc(size_t count)
{
    assert_true(pages_count < 64);
    return pages[pages_count++] = aligned_alloc(PAGE_SIZE, count * PAGE_SIZE);
}

u8_t pbuf_free(struct pbuf *frame)
{
    while (frame != NULL) {
        struct pbuf *next = frame->next;
        ((struct pbuf_custom *)frame)->custom_free_function(frame);
        frame = next;
    }
    return 1;
}

u16_t pbuf_clen(const struct pbuf *frame)
{
    u16_t count = 0;
    for (; frame != NULL; frame = frame->next)
        count++;
    return count;
}

struct pbuf *pbuf_clone(pbuf_layer layer, pbuf_type type, struct pbuf *frame)
{
    static struct pbuf copy;
    (void)layer;
    (void)type;
    clones++;
    copy.tot_len = frame->tot_len;
    return &copy;
}

/* ---- the NIC ------------------------------------------------------------------------------ */

static struct virtio_net nic;
static uint16_t device_seen;

static int setup(void **state)
{
    (void)state;
    memset(&nic, 0, sizeof nic);
    memset(&receive_counters, 0, sizeof receive_counters);
    pages_count = clones = device_seen = 0;
    size_t bytes = (virtqueue_bytes(RING) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    virtqueue_init(&nic.receive, RING, page_alloc(bytes / PAGE_SIZE), true);
    nic.mtu = 1500;
    nic.header_bytes = VIRTIO_NET_HEADER_BYTES_MAX;
    nic.mergeable = true;
    assert_true(receive_buffer_init(&nic));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    while (pages_count > 0)
        free(pages[--pages_count]);
    return 0;
}

/* Fills the next buffer posted: header, then `bytes` of the value fill. */
static void device_receive(struct virtio_net_header header, unsigned bytes, uint8_t fill)
{
    struct virtqueue *queue = &nic.receive;
    virtqueue_publish(queue);
    assert_int_not_equal(device_seen, queue->avail->index);
    uint16_t id = queue->avail->ring[device_seen++ % RING];
    char *buffer = (char *)(uintptr_t)queue->desc[id].address;
    memcpy(buffer, &header, sizeof header);
    memset(buffer + sizeof header, fill, bytes);
    queue->used->ring[queue->used->index % RING] =
        (struct virtq_used_element){id, (uint32_t)sizeof header + bytes};
    queue->used->index++;
}

static const struct virtio_net_header plain = {.num_buffers = 1};

static void test_receive_buffer_gives_the_frame_without_its_header(void **state)
{
    bool checked = true;
    (void)state;
    assert_null(receive_buffer_next(&checked));
    device_receive(plain, 60, 0x5a);
    struct pbuf *frame = receive_buffer_next(&checked);
    assert_non_null(frame);
    assert_false(checked);
    assert_int_equal(frame->len, 60);
    assert_int_equal(frame->tot_len, 60);
    assert_int_equal(*(uint8_t *)frame->payload, 0x5a);
    pbuf_free(frame);
    assert_null(receive_buffer_next(&checked));
}

static void test_receive_buffer_says_what_the_device_checked(void **state)
{
    bool checked = false;
    (void)state;
    device_receive(
        (struct virtio_net_header){.flags = VIRTIO_NET_HEADER_F_NEEDS_CSUM, .num_buffers = 1}, 60,
        0);
    pbuf_free(receive_buffer_next(&checked));
    assert_true(checked);
    device_receive(plain, 60, 0);
    pbuf_free(receive_buffer_next(&checked));
    assert_false(checked);
}

static void test_receive_buffer_chains_a_frame_of_many_buffers(void **state)
{
    bool checked;
    (void)state;
    device_receive((struct virtio_net_header){.num_buffers = 3}, 1000, 1);
    device_receive(plain, 500, 2); /* a later piece has no header: all 512 bytes are data */
    device_receive(plain, 88, 3);
    struct pbuf *frame = receive_buffer_next(&checked);
    assert_non_null(frame);
    assert_int_equal(pbuf_clen(frame), 3);
    assert_int_equal(frame->tot_len, 1000 + 512 + 100);
    assert_int_equal(frame->next->tot_len, 512 + 100);
    assert_int_equal(frame->next->next->tot_len, 100);
    pbuf_free(frame);
}

static void test_receive_buffer_drops_a_frame_that_is_too_short(void **state)
{
    bool checked;
    (void)state;
    device_receive(plain, 13, 0);
    device_receive(plain, 14, 0);
    struct pbuf *frame = receive_buffer_next(&checked);
    assert_non_null(frame);
    assert_int_equal(frame->len, 14);
    assert_int_equal(receive_counters.malformed, 1);
    pbuf_free(frame);
}

static void test_receive_buffer_drops_a_frame_with_pieces_missing(void **state)
{
    bool checked;
    (void)state;
    device_receive((struct virtio_net_header){.num_buffers = 2}, 1000, 0);
    assert_null(receive_buffer_next(&checked));
    device_receive((struct virtio_net_header){.num_buffers = 0}, 1000, 0);
    assert_null(receive_buffer_next(&checked));
    assert_int_equal(receive_counters.malformed, 2);
    assert_int_equal(nic.receive.outstanding, RING); /* every buffer is back */
}

static void test_receive_buffer_drops_a_frame_beyond_64_kib(void **state)
{
    bool checked;
    (void)state;
    device_receive((struct virtio_net_header){.num_buffers = 40}, 1900, 0);
    for (int i = 1; i < 40; i++)
        device_receive(plain, 1900, 0);
    assert_null(receive_buffer_next(&checked));
    assert_int_equal(receive_counters.malformed, 1);
    assert_int_equal(nic.receive.outstanding, RING);
}

/* lwIP keeps every frame: first more buffers are allocated, then frames are copied. */
static void test_receive_buffer_never_lets_the_ring_run_dry(void **state)
{
    bool checked;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        device_receive(plain, 60, 0);
        assert_non_null(receive_buffer_next(&checked));
    }
    assert_true(nic.receive.outstanding > 0);
    assert_int_equal(clones, receive_counters.copied);
    assert_int_equal(receive_counters.frames, 1000);
    assert_true(clones >= 1000 - 96 && clones < 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_receive_buffer_gives_the_frame_without_its_header),
        TEST(test_receive_buffer_says_what_the_device_checked),
        TEST(test_receive_buffer_chains_a_frame_of_many_buffers),
        TEST(test_receive_buffer_drops_a_frame_that_is_too_short),
        TEST(test_receive_buffer_drops_a_frame_with_pieces_missing),
        TEST(test_receive_buffer_drops_a_frame_beyond_64_kib),
        TEST(test_receive_buffer_never_lets_the_ring_run_dry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
