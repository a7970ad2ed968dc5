// sources: guest/virtio/virtqueue.c
/* The virtqueue against a device that the test plays: one that behaves, and one that does not. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../guest/virtio/virtqueue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE 8

struct fixture {
    struct virtqueue queue;
    void *memory;
    uint16_t device_seen; /* the device's place in the available ring */
};

static struct fixture *fixture_new(bool event_idx)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    size_t bytes = virtqueue_bytes(SIZE);
    size_t rounded = (bytes + VIRTQUEUE_ALIGN - 1) & ~(size_t)(VIRTQUEUE_ALIGN - 1);
    assert_non_null(fixture);
    fixture->memory = aligned_alloc(VIRTQUEUE_ALIGN, rounded);
    assert_non_null(fixture->memory);
    memset(fixture->memory, 0xa5, rounded);
    virtqueue_init(&fixture->queue, SIZE, fixture->memory, event_idx);
    return fixture;
}

static int setup_flags(void **state)
{
    *state = fixture_new(false);
    return 0;
}

static int setup_event(void **state)
{
    *state = fixture_new(true);
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    free(fixture->memory);
    free(fixture);
    return 0;
}

/* ---- the device's side ------------------------------------------------------------------ */

static bool device_has_work(const struct fixture *fixture)
{
    return fixture->device_seen != fixture->queue.avail->index;
}

/* The head of the next available buffer. */
static uint16_t device_pop(struct fixture *fixture)
{
    assert_true(device_has_work(fixture));
    return fixture->queue.avail->ring[fixture->device_seen++ % SIZE];
}

static void device_use(struct fixture *fixture, uint32_t id, uint32_t length)
{
    struct virtq_used *used = fixture->queue.used;
    used->ring[used->index % SIZE] = (struct virtq_used_element){id, length};
    used->index++;
}

static void device_set_avail_event(struct fixture *fixture, uint16_t index)
{
    memcpy(&fixture->queue.used->ring[SIZE], &index, sizeof index);
}

/* Would a device that moved its used index from old to now interrupt? (2.7.7.2) */
static bool device_interrupts(const struct fixture *fixture, uint16_t old, uint16_t now)
{
    const struct virtqueue *queue = &fixture->queue;
    if (!queue->event_idx)
        return (queue->avail->flags & VIRTQ_AVAIL_F_NO_INTERRUPT) == 0;
    uint16_t event = queue->avail->ring[SIZE];
    return (uint16_t)(now - event - 1) < (uint16_t)(now - old);
}

static int add_writable(struct fixture *fixture, char *buffer, uint32_t length)
{
    struct virtqueue_segment segment = {buffer, length};
    return virtqueue_add(&fixture->queue, &segment, 0, 1, buffer);
}

/* ---- a device that behaves -------------------------------------------------------------- */

static void test_virtqueue_layout_is_the_legacy_one(void **state)
{
    struct fixture *fixture = *state;
    const struct virtqueue *queue = &fixture->queue;
    assert_ptr_equal(queue->desc, fixture->memory);
    assert_ptr_equal(queue->avail, (char *)fixture->memory + 16 * SIZE);
    assert_ptr_equal(queue->used, (char *)fixture->memory + VIRTQUEUE_ALIGN);
    assert_int_equal(virtqueue_free(queue), SIZE);
}

static void test_virtqueue_chain_reaches_the_device_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct virtqueue *queue = &fixture->queue;
    char header[4], body[6], reply[8];
    struct virtqueue_segment segments[] = {{header, 4}, {body, 6}, {reply, 8}};

    assert_int_equal(virtqueue_add(queue, segments, 2, 1, header), 0);
    assert_false(device_has_work(fixture));
    virtqueue_publish(queue);

    struct virtq_desc desc = queue->desc[device_pop(fixture)];
    assert_int_equal(desc.address, (uintptr_t)header);
    assert_int_equal(desc.length, 4);
    assert_int_equal(desc.flags, VIRTQ_DESC_F_NEXT);
    desc = queue->desc[desc.next];
    assert_int_equal(desc.address, (uintptr_t)body);
    assert_int_equal(desc.flags, VIRTQ_DESC_F_NEXT);
    desc = queue->desc[desc.next];
    assert_int_equal(desc.address, (uintptr_t)reply);
    assert_int_equal(desc.length, 8);
    assert_int_equal(desc.flags, VIRTQ_DESC_F_WRITE);
}

static void test_virtqueue_take_returns_cookie_and_length(void **state)
{
    struct fixture *fixture = *state;
    char buffer[64];
    uint32_t length = 99;

    assert_null(virtqueue_take(&fixture->queue, &length));
    assert_int_equal(add_writable(fixture, buffer, sizeof buffer), 0);
    virtqueue_publish(&fixture->queue);
    assert_null(virtqueue_take(&fixture->queue, &length));
    device_use(fixture, device_pop(fixture), 42);
    assert_ptr_equal(virtqueue_take(&fixture->queue, &length), buffer);
    assert_int_equal(length, 42);
    assert_null(virtqueue_take(&fixture->queue, &length));
    assert_null(fixture->queue.fault);
}

static void test_virtqueue_add_refuses_when_full(void **state)
{
    struct fixture *fixture = *state;
    struct virtqueue *queue = &fixture->queue;
    char buffers[SIZE][4];
    struct virtqueue_segment pair[] = {{buffers[7], 2}, {buffers[7] + 2, 2}};
    uint32_t length;

    for (int i = 0; i < SIZE - 1; i++)
        assert_int_equal(add_writable(fixture, buffers[i], 4), 0);
    assert_int_equal(virtqueue_add(queue, pair, 2, 0, pair), -1);
    assert_int_equal(virtqueue_free(queue), 1);
    assert_int_equal(add_writable(fixture, buffers[7], 4), 0);
    assert_int_equal(add_writable(fixture, buffers[7], 4), -1);
    assert_int_equal(virtqueue_add(queue, pair, 0, 0, pair), -1);

    virtqueue_publish(queue);
    device_use(fixture, device_pop(fixture), 0);
    assert_ptr_equal(virtqueue_take(queue, &length), buffers[0]);
    assert_int_equal(add_writable(fixture, buffers[0], 4), 0);
}

/* Chains of changing length, returned out of order, many times around the 16-bit indices. */
static void test_virtqueue_survives_index_wrap_and_reordering(void **state)
{
    struct fixture *fixture = *state;
    struct virtqueue *queue = &fixture->queue;
    char bytes[4] = {0};
    struct virtqueue_segment segments[] = {{bytes, 1}, {bytes + 1, 1}, {bytes + 2, 1}};
    int cookies[2];
    uint32_t length;

    for (unsigned round = 0; round < 70000; round++) {
        unsigned count = 1 + round % 3;
        assert_int_equal(virtqueue_add(queue, segments, count, 0, &cookies[0]), 0);
        assert_int_equal(virtqueue_add(queue, segments, 0, 4 - count, &cookies[1]), 0);
        virtqueue_publish(queue);
        uint16_t first = device_pop(fixture);
        uint16_t second = device_pop(fixture);
        device_use(fixture, second, 1);
        device_use(fixture, first, 0);
        assert_ptr_equal(virtqueue_take(queue, &length), &cookies[1]);
        assert_int_equal(length, 1);
        assert_ptr_equal(virtqueue_take(queue, &length), &cookies[0]);
        assert_int_equal(virtqueue_free(queue), SIZE);
    }
    assert_null(queue->fault);
}

/* ---- notifications and interrupts ------------------------------------------------------- */

static void test_virtqueue_publish_notifies_once_a_batch(void **state)
{
    struct fixture *fixture = *state;
    char buffer[4];
    assert_false(virtqueue_publish(&fixture->queue));
    assert_int_equal(add_writable(fixture, buffer, 4), 0);
    assert_int_equal(add_writable(fixture, buffer, 4), 0);
    assert_true(virtqueue_publish(&fixture->queue));
    assert_false(virtqueue_publish(&fixture->queue));
    assert_int_equal(fixture->queue.notifications, 1);
}

static void test_virtqueue_publish_obeys_the_no_notify_flag(void **state)
{
    struct fixture *fixture = *state;
    char buffer[4];
    fixture->queue.used->flags = VIRTQ_USED_F_NO_NOTIFY;
    assert_int_equal(add_writable(fixture, buffer, 4), 0);
    assert_false(virtqueue_publish(&fixture->queue));
    assert_true(device_has_work(fixture));
}

static void test_virtqueue_publish_obeys_avail_event(void **state)
{
    struct fixture *fixture = *state;
    char buffer[4];
    device_set_avail_event(fixture, 1); /* notify when entry 1 is there, not entry 0 */
    assert_int_equal(add_writable(fixture, buffer, 4), 0);
    assert_false(virtqueue_publish(&fixture->queue));
    assert_int_equal(add_writable(fixture, buffer, 4), 0);
    assert_int_equal(add_writable(fixture, buffer, 4), 0);
    assert_true(virtqueue_publish(&fixture->queue));
    assert_int_equal(add_writable(fixture, buffer, 4), 0);
    assert_false(virtqueue_publish(&fixture->queue));
}

static void test_virtqueue_interrupts_only_when_armed(void **state)
{
    struct fixture *fixture = *state;
    struct virtqueue *queue = &fixture->queue;
    char buffers[3][4];
    uint32_t length;

    for (int i = 0; i < 3; i++)
        assert_int_equal(add_writable(fixture, buffers[i], 4), 0);
    virtqueue_publish(queue);
    assert_false(device_interrupts(fixture, 0, 1));

    device_use(fixture, device_pop(fixture), 0);
    assert_true(virtqueue_arm(queue)); /* used before: look instead of sleeping */
    assert_non_null(virtqueue_take(queue, &length));
    assert_false(virtqueue_arm(queue));
    assert_true(device_interrupts(fixture, 1, 2));

    virtqueue_disarm(queue);
    assert_false(device_interrupts(fixture, 1, 2));
    assert_false(device_interrupts(fixture, 1, 3));
}

/* ---- a device that misbehaves ----------------------------------------------------------- */

static void assert_broken(struct fixture *fixture)
{
    struct virtqueue *queue = &fixture->queue;
    char buffer[4];
    uint32_t length;
    assert_null(virtqueue_take(queue, &length));
    assert_non_null(queue->fault);
    assert_int_equal(add_writable(fixture, buffer, 4), -1);
    assert_false(virtqueue_arm(queue)); /* nothing to be taken: do not spin */

    device_use(fixture, 0, 0); /* and no way back */
    assert_null(virtqueue_take(queue, &length));
}

static void give_one(struct fixture *fixture, char *buffer, uint32_t length)
{
    assert_int_equal(add_writable(fixture, buffer, length), 0);
    virtqueue_publish(&fixture->queue);
}

static void test_virtqueue_refuses_an_id_outside_the_table(void **state)
{
    char buffer[4];
    give_one(*state, buffer, 4);
    device_use(*state, SIZE, 0);
    assert_broken(*state);
}

static void test_virtqueue_refuses_an_id_that_truncates_to_a_good_one(void **state)
{
    char buffer[4];
    give_one(*state, buffer, 4);
    device_use(*state, 0x10000u | device_pop(*state), 0);
    assert_broken(*state);
}

static void test_virtqueue_refuses_a_buffer_never_given(void **state)
{
    char buffer[4];
    give_one(*state, buffer, 4);
    device_use(*state, device_pop(*state) + 1u, 0);
    assert_broken(*state);
}

static void test_virtqueue_refuses_the_middle_of_a_chain(void **state)
{
    struct fixture *fixture = *state;
    char buffer[4];
    struct virtqueue_segment segments[] = {{buffer, 2}, {buffer + 2, 2}};
    assert_int_equal(virtqueue_add(&fixture->queue, segments, 0, 2, buffer), 0);
    virtqueue_publish(&fixture->queue);
    device_use(fixture, fixture->queue.desc[device_pop(fixture)].next, 0);
    assert_broken(fixture);
}

static void test_virtqueue_refuses_a_buffer_used_twice(void **state)
{
    struct fixture *fixture = *state;
    char buffers[2][4];
    uint32_t length;
    give_one(fixture, buffers[0], 4);
    give_one(fixture, buffers[1], 4);
    uint16_t head = device_pop(fixture);
    device_use(fixture, head, 4);
    device_use(fixture, head, 4);
    assert_ptr_equal(virtqueue_take(&fixture->queue, &length), buffers[0]);
    assert_broken(fixture);
}

static void test_virtqueue_refuses_more_bytes_than_the_buffer_holds(void **state)
{
    char buffer[4];
    give_one(*state, buffer, 4);
    device_use(*state, device_pop(*state), 5);
    assert_broken(*state);
}

static void test_virtqueue_refuses_a_used_index_that_jumps(void **state)
{
    struct fixture *fixture = *state;
    char buffer[4];
    give_one(fixture, buffer, 4);
    device_use(fixture, device_pop(fixture), 0);
    fixture->queue.used->index += 100;
    assert_broken(fixture);
}

static void test_virtqueue_refuses_a_used_index_that_goes_back(void **state)
{
    struct fixture *fixture = *state;
    char buffer[4];
    uint32_t length;
    give_one(fixture, buffer, 4);
    device_use(fixture, device_pop(fixture), 0);
    assert_non_null(virtqueue_take(&fixture->queue, &length));
    fixture->queue.used->index--;
    assert_broken(fixture);
}

/* The length of what the driver only sends means nothing (legacy devices: 2.7.8.1). */
static void test_virtqueue_ignores_the_length_of_a_readable_buffer(void **state)
{
    struct fixture *fixture = *state;
    char buffer[4];
    struct virtqueue_segment segment = {buffer, 4};
    uint32_t length = 99;
    assert_int_equal(virtqueue_add(&fixture->queue, &segment, 1, 0, buffer), 0);
    virtqueue_publish(&fixture->queue);
    device_use(fixture, device_pop(fixture), 0xffffffffu);
    assert_ptr_equal(virtqueue_take(&fixture->queue, &length), buffer);
    assert_int_equal(length, 0);
}

/* A broken device scribbles over what the driver gave it: our own records do not change. */
static void test_virtqueue_does_not_trust_the_descriptor_table(void **state)
{
    struct fixture *fixture = *state;
    struct virtqueue *queue = &fixture->queue;
    char buffer[8];
    struct virtqueue_segment segments[] = {{buffer, 4}, {buffer + 4, 4}};
    uint32_t length;
    assert_int_equal(virtqueue_add(queue, segments, 0, 2, buffer), 0);
    virtqueue_publish(queue);
    uint16_t head = device_pop(fixture);
    memset(queue->desc, 0xff, SIZE * sizeof *queue->desc);
    device_use(fixture, head, 8);
    assert_ptr_equal(virtqueue_take(queue, &length), buffer);
    assert_int_equal(virtqueue_free(queue), SIZE);
}

#define BOTH(test)                                                                                 \
    cmocka_unit_test_setup_teardown(test, setup_flags, teardown),                                  \
        cmocka_unit_test_setup_teardown(test, setup_event, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_virtqueue_layout_is_the_legacy_one),
        BOTH(test_virtqueue_chain_reaches_the_device_in_order),
        BOTH(test_virtqueue_take_returns_cookie_and_length),
        BOTH(test_virtqueue_add_refuses_when_full),
        BOTH(test_virtqueue_survives_index_wrap_and_reordering),
        BOTH(test_virtqueue_publish_notifies_once_a_batch),
        cmocka_unit_test_setup_teardown(test_virtqueue_publish_obeys_the_no_notify_flag,
                                        setup_flags, teardown),
        cmocka_unit_test_setup_teardown(test_virtqueue_publish_obeys_avail_event, setup_event,
                                        teardown),
        BOTH(test_virtqueue_interrupts_only_when_armed),
        BOTH(test_virtqueue_refuses_an_id_outside_the_table),
        BOTH(test_virtqueue_refuses_an_id_that_truncates_to_a_good_one),
        BOTH(test_virtqueue_refuses_a_buffer_never_given),
        BOTH(test_virtqueue_refuses_the_middle_of_a_chain),
        BOTH(test_virtqueue_refuses_a_buffer_used_twice),
        BOTH(test_virtqueue_refuses_more_bytes_than_the_buffer_holds),
        BOTH(test_virtqueue_refuses_a_used_index_that_jumps),
        BOTH(test_virtqueue_refuses_a_used_index_that_goes_back),
        BOTH(test_virtqueue_ignores_the_length_of_a_readable_buffer),
        BOTH(test_virtqueue_does_not_trust_the_descriptor_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
