// sources: net/transmit_queue.c net/segmentation.c guest/virtio/virtqueue.c $(LWIP)/core/def.c
/* The transmit queue against a NIC that the test plays: what waits, what is copied, what is freed.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "transmit_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "checksum_offload.h"

#define RING     8
#define HEADROOM 16
#define BACKLOG  1024

#define SEGMENT_BYTES (640 - 54) /* of data: behind the headers of Ethernet, IPv4 and TCP */

/* ---- lwIP, and the rest of the driver ------------------------------------------------------ */

struct frame {
    struct pbuf pbuf;
    uint8_t room[HEADROOM];
    uint8_t data[640];
};

static struct frame copy; /* what pbuf_clone() makes */

void pbuf_ref(struct pbuf *frame)
{
    frame->ref++;
}

u8_t pbuf_free(struct pbuf *frame)
{
    assert_int_not_equal(frame->ref, 0);
    frame->ref--;
    return 1;
}

u16_t pbuf_clen(const struct pbuf *frame)
{
    u16_t count = 0;
    for (; frame != NULL; frame = frame->next)
        count++;
    return count;
}

static void frame_init(struct frame *frame)
{
    memset(frame, 0, sizeof *frame);
    memset(frame->room, 0xff, sizeof frame->room);
    frame->pbuf.payload = frame->data;
    frame->pbuf.len = frame->pbuf.tot_len = sizeof frame->data;
    frame->pbuf.type_internal = (u8_t)PBUF_RAM;
    frame->pbuf.ref = 1;
}

struct pbuf *pbuf_clone(pbuf_layer layer, pbuf_type type, struct pbuf *frame)
{
    (void)layer;
    (void)type;
    (void)frame;
    frame_init(&copy);
    return &copy.pbuf;
}

void checksum_offload(struct pbuf *frame, struct virtio_net_header *header)
{
    (void)frame;
    (void)header;
}

static struct virtio_net nic;
static unsigned notifications;
static uint64_t now_ns;

void virtio_net_flush(struct virtio_net *net, bool send)
{
    if (send)
        notifications += virtqueue_publish(&net->transmit);
}

uint64_t time_monotonic_ns(void)
{
    return now_ns;
}

/* ---- the NIC ------------------------------------------------------------------------------- */

static uint16_t device_seen;

static int setup(void **state)
{
    size_t bytes = (virtqueue_bytes(RING) + VIRTQUEUE_ALIGN - 1) & ~(size_t)(VIRTQUEUE_ALIGN - 1);
    memset(&nic, 0, sizeof nic);
    memset(&transmit_counters, 0, sizeof transmit_counters);
    notifications = device_seen = 0;
    *state = aligned_alloc(VIRTQUEUE_ALIGN, bytes);
    virtqueue_init(&nic.transmit, RING, *state, false);
    nic.header_bytes = VIRTIO_NET_HEADER_BYTES_MAX;
    transmit_queue_init(&nic);
    return 0;
}

/* Sends everything that it can see; returns how many frames. */
static unsigned device_send(void)
{
    struct virtqueue *queue = &nic.transmit;
    unsigned count = 0;
    for (; device_seen != queue->avail->index; count++) {
        uint16_t id = queue->avail->ring[device_seen++ % RING];
        queue->used->ring[queue->used->index++ % RING] = (struct virtq_used_element){id, 0};
    }
    return count;
}

static int teardown(void **state)
{
    while (transmit_queue_waiting() || nic.transmit.outstanding != 0) {
        transmit_queue_flush();
        device_send();
        transmit_queue_reclaim();
    }
    free(*state);
    return 0;
}

static void test_transmit_queue_sends_header_and_frame_as_one_piece(void **state)
{
    struct frame frame;
    (void)state;
    frame_init(&frame);
    assert_int_equal(transmit_queue_add(NULL, &frame.pbuf), ERR_OK);
    assert_int_equal(device_send(), 0); /* not before the flush */
    assert_int_equal(frame.pbuf.ref, 2);
    transmit_queue_flush();

    const struct virtq_desc *desc = &nic.transmit.desc[nic.transmit.avail->ring[0]];
    static const uint8_t header[VIRTIO_NET_HEADER_BYTES_MAX];
    assert_int_equal(desc->address, (uintptr_t)frame.data - sizeof header);
    assert_int_equal(desc->length, sizeof header + sizeof frame.data);
    assert_int_equal(desc->flags, 0);
    assert_memory_equal((void *)(uintptr_t)desc->address, header, sizeof header);

    assert_int_equal(device_send(), 1);
    assert_int_equal(frame.pbuf.ref, 2); /* ours until reclaimed */
    transmit_queue_reclaim();
    assert_int_equal(frame.pbuf.ref, 1);
}

static void test_transmit_queue_chains_without_copying(void **state)
{
    struct frame frame, data;
    (void)state;
    frame_init(&frame);
    frame_init(&data);
    data.pbuf.type_internal = (u8_t)PBUF_ROM;
    frame.pbuf.next = &data.pbuf;
    frame.pbuf.tot_len = 2 * sizeof frame.data;
    transmit_queue_add(NULL, &frame.pbuf);
    transmit_queue_flush();
    const struct virtq_desc *desc = &nic.transmit.desc[nic.transmit.avail->ring[0]];
    assert_int_equal(desc->flags, VIRTQ_DESC_F_NEXT);
    assert_int_equal(nic.transmit.desc[desc->next].address, (uintptr_t)data.data);
    assert_int_equal(transmit_counters.copied, 0);
    device_send();
    transmit_queue_reclaim();
}

static void test_transmit_queue_copies_what_has_no_room_for_the_header(void **state)
{
    struct frame frame;
    (void)state;
    frame_init(&frame);
    frame.pbuf.type_internal = (u8_t)PBUF_REF;
    transmit_queue_add(NULL, &frame.pbuf);
    frame.pbuf.type_internal = (u8_t)PBUF_RAM;
    frame.pbuf.payload = frame.room;
    transmit_queue_flush();
    assert_int_equal(transmit_counters.copied, 1);
    assert_int_equal(frame.pbuf.ref, 1);
    device_send();
    transmit_queue_reclaim();
    assert_int_equal(copy.pbuf.ref, 0);
}

static void test_transmit_queue_keeps_the_order_when_the_ring_is_full(void **state)
{
    struct frame frames[3 * RING];
    (void)state;
    for (unsigned i = 0; i < 3 * RING; i++) {
        frame_init(&frames[i]);
        assert_int_equal(transmit_queue_add(NULL, &frames[i].pbuf), ERR_OK);
    }
    assert_true(transmit_queue_waiting());
    for (unsigned round = 0; round < 3; round++) {
        transmit_queue_flush();
        const struct virtqueue *queue = &nic.transmit;
        for (unsigned i = 0; i < RING; i++)
            assert_int_equal(queue->desc[queue->avail->ring[(device_seen + i) % RING]].address,
                             (uintptr_t)frames[round * RING + i].data - nic.header_bytes);
        assert_int_equal(device_send(), RING);
    }
    assert_false(transmit_queue_waiting());
    assert_int_equal(notifications, 3);
    transmit_queue_reclaim();
    for (unsigned i = 0; i < 3 * RING; i++)
        assert_int_equal(frames[i].pbuf.ref, 1);
}

static void test_transmit_queue_refuses_and_counts_beyond_the_backlog(void **state)
{
    static struct frame frames[RING + BACKLOG];
    struct frame last;
    (void)state;
    for (unsigned i = 0; i < RING + BACKLOG; i++) {
        frame_init(&frames[i]);
        assert_int_equal(transmit_queue_add(NULL, &frames[i].pbuf), ERR_OK);
    }
    frame_init(&last);
    assert_true(transmit_queue_congested());
    assert_int_equal(transmit_queue_add(NULL, &last.pbuf), ERR_MEM);
    assert_int_equal(transmit_counters.refused, 1);
    assert_int_equal(last.pbuf.ref, 1);
}

/* Segments of a connection. */
static void make_segment(struct frame *frame, unsigned sequence)
{
    frame_init(frame);
    memset(frame->data, 0, sizeof frame->data);
    frame->data[12] = 0x08; /* IPv4 */
    frame->data[14] = 0x45;
    frame->data[23] = 6; /* TCP */
    frame->data[40] = (uint8_t)(sequence >> 8);
    frame->data[41] = (uint8_t)sequence;
    frame->data[46] = 0x50;
    frame->data[47] = 0x10; /* ACK */
}

static void test_transmit_queue_joins_segments_and_frees_each(void **state)
{
    struct frame frames[4];
    (void)state;
    nic.segmentation_offload4 = true;
    for (unsigned i = 0; i < 4; i++) { /* the last follows nothing */
        make_segment(&frames[i], i < 3 ? SEGMENT_BYTES * i : 99);
        assert_int_equal(transmit_queue_add(NULL, &frames[i].pbuf), ERR_OK);
    }
    transmit_queue_flush();
    const struct virtq_desc *desc = &nic.transmit.desc[nic.transmit.avail->ring[0]];
    const struct virtio_net_header *header = (void *)(uintptr_t)desc->address;
    assert_int_equal(header->gso_size, SEGMENT_BYTES);
    assert_int_equal(desc->length, nic.header_bytes + sizeof frames[0].data);
    for (unsigned i = 1; i < 3; i++) {
        assert_int_equal(desc->flags, VIRTQ_DESC_F_NEXT);
        desc = &nic.transmit.desc[desc->next];
        assert_int_equal(desc->address, (uintptr_t)frames[i].data + 54);
        assert_int_equal(desc->length, SEGMENT_BYTES);
    }
    assert_int_equal(desc->flags, 0);
    assert_int_equal(device_send(), 2);
    transmit_queue_reclaim();
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(frames[i].pbuf.ref, 1);
}

static void test_transmit_queue_joins_nothing_that_the_nic_does_not_cut(void **state)
{
    struct frame frames[2];
    (void)state;
    nic.segmentation_offload4 = false;
    nic.segmentation_offload6 = true; /* these are IPv4 */
    for (unsigned i = 0; i < 2; i++) {
        make_segment(&frames[i], SEGMENT_BYTES * i);
        assert_int_equal(transmit_queue_add(NULL, &frames[i].pbuf), ERR_OK);
    }
    transmit_queue_flush();
    assert_int_equal(device_send(), 2);
    transmit_queue_reclaim();
}

/* Adds a frame that may wait, flushes, and says how many frames the NIC was shown. */
static unsigned sent_of_patient(struct frame *frame)
{
    frame_init(frame);
    transmit_queue_may_wait(true);
    assert_int_equal(transmit_queue_add(NULL, &frame->pbuf), ERR_OK);
    transmit_queue_may_wait(false);
    transmit_queue_flush();
    return device_send();
}

static void test_transmit_queue_lets_wait_what_may(void **state)
{
    struct frame first, second, third, urgent;
    (void)state;
    now_ns += 10 * TRANSMIT_PATIENCE_NS;
    assert_int_equal(sent_of_patient(&first), 1); /* alone: nothing would follow soon */
    assert_int_equal(transmit_queue_due_ns(), TRANSMIT_NOTHING_DUE);

    now_ns += TRANSMIT_PATIENCE_NS;
    uint64_t due_ns = now_ns + TRANSMIT_PATIENCE_NS;
    assert_int_equal(sent_of_patient(&second), 0);
    now_ns += TRANSMIT_PATIENCE_NS / 2;
    assert_int_equal(sent_of_patient(&third), 0);
    assert_int_equal(transmit_queue_due_ns(), due_ns);

    frame_init(&urgent);
    assert_int_equal(transmit_queue_add(NULL, &urgent.pbuf), ERR_OK);
    assert_int_equal(transmit_queue_due_ns(), 0);
    transmit_queue_flush();
    assert_int_equal(device_send(), 3);
    assert_int_equal(transmit_queue_due_ns(), TRANSMIT_NOTHING_DUE);
    transmit_queue_reclaim();
}

static void test_transmit_queue_lets_nothing_wait_for_ever(void **state)
{
    struct frame first, second;
    (void)state;
    now_ns += 10 * TRANSMIT_PATIENCE_NS;
    sent_of_patient(&first);
    assert_int_equal(sent_of_patient(&second), 0);
    now_ns = transmit_queue_due_ns() - 1;
    transmit_queue_flush();
    assert_int_equal(device_send(), 0);
    now_ns++;
    transmit_queue_flush();
    assert_int_equal(device_send(), 1);
    assert_int_equal(transmit_queue_due_ns(), TRANSMIT_NOTHING_DUE);
    transmit_queue_reclaim();

    for (unsigned i = 0; i < 3; i++) { /* somebody had needed it: the next do not wait */
        assert_int_equal(sent_of_patient(&first), 1);
        transmit_queue_reclaim();
    }
    now_ns += TRANSMIT_IMPATIENCE_NS;
    assert_int_equal(sent_of_patient(&first), 1);
    assert_int_equal(sent_of_patient(&second), 0);
    now_ns += TRANSMIT_PATIENCE_NS; /* for the teardown */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_transmit_queue_sends_header_and_frame_as_one_piece),
        TEST(test_transmit_queue_chains_without_copying),
        TEST(test_transmit_queue_copies_what_has_no_room_for_the_header),
        TEST(test_transmit_queue_keeps_the_order_when_the_ring_is_full),
        TEST(test_transmit_queue_joins_segments_and_frees_each),
        TEST(test_transmit_queue_joins_nothing_that_the_nic_does_not_cut),
        TEST(test_transmit_queue_lets_wait_what_may),
        TEST(test_transmit_queue_lets_nothing_wait_for_ever),
        TEST(test_transmit_queue_refuses_and_counts_beyond_the_backlog),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
