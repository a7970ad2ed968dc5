// sources: guest/virtio/virtio.c guest/virtio/virtqueue.c guest/virtio/virtio_net.c guest/virtio/virtio_rng.c
/* The start of a device that the test plays, and that does not behave: it is refused, with a word
 * on the console, and nothing of it is followed.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console.h"
#include "interrupt.h"
#include "memory.h"
#include "random.h"
#include "time.h"
#include "virtio_net.h"

struct interrupt_counters interrupt_counters; /* interrupt.c's */

/* ---- the kernel ---------------------------------------------------------------------------- */

static char said[400];
static unsigned pages_given;
static bool memory_short;

void console_printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
}

void *page_alloc(size_t pages)
{
    if (memory_short)
        return NULL;
    pages_given++;
    return aligned_alloc(PAGE_SIZE, pages * PAGE_SIZE);
}

void page_free(void *address, size_t pages)
{
    (void)pages;
    pages_given--;
    free(address);
}

uint64_t time_monotonic_ns(void)
{
    static uint64_t now_ns;
    return now_ns += 1000000;
}

static size_t seed_bytes;

void random_add(const void *seed, size_t length)
{
    (void)seed;
    seed_bytes = length;
}

void random_bytes(void *buffer, size_t length)
{
    memset(buffer, 7, length);
}

bool virtio_pci_scan(void)
{
    return true;
}

void virtio_mmio_scan(void) {}

/* ---- the device ------------------------------------------------------------------------------ */

static struct {
    struct virtio_device device;
    uint8_t status, config[16];
    uint64_t offered, accepted;
    uint16_t queue_size;
    bool deaf;           /* to its reset */
    bool no_features_ok; /* refuses what was chosen of its features */
    bool refuses_memory; /* of a queue */
    unsigned changes;    /* of its configuration that are still to come */
    uint32_t generation;
    const struct virtqueue *queue; /* while its owner lives */
    void *rings;
    uint32_t used_id, used_length; /* what it answers a notification with */
    bool answers;
} fake;

static uint8_t fake_status(struct virtio_device *device)
{
    (void)device;
    return fake.status;
}

static void fake_set_status(struct virtio_device *device, uint8_t status)
{
    (void)device;
    if (status == 0 && fake.deaf)
        return;
    if (fake.no_features_ok)
        status &= (uint8_t)~VIRTIO_STATUS_FEATURES_OK;
    fake.status = status;
}

static uint64_t fake_features(struct virtio_device *device)
{
    (void)device;
    return fake.offered;
}

static void fake_set_features(struct virtio_device *device, uint64_t features)
{
    (void)device;
    fake.accepted = features;
}

static uint16_t fake_queue_size_max(struct virtio_device *device, unsigned index)
{
    (void)device;
    (void)index;
    return fake.queue_size;
}

static bool fake_queue_enable(struct virtio_device *device, unsigned index,
                              const struct virtqueue *queue)
{
    (void)device;
    (void)index;
    fake.queue = queue;
    fake.rings = queue->desc;
    return !fake.refuses_memory;
}

static uint8_t fake_config_read8(struct virtio_device *device, unsigned offset)
{
    (void)device;
    if (fake.changes > 0) {
        fake.changes--;
        fake.generation++;
    }
    return fake.config[offset];
}

static uint32_t fake_config_generation(struct virtio_device *device)
{
    (void)device;
    return fake.generation;
}

static void fake_notify(struct virtio_device *device, unsigned index)
{
    (void)device;
    (void)index;
    if (!fake.answers)
        return;
    struct virtq_used *used = fake.queue->used;
    used->ring[0] = (struct virtq_used_element){fake.used_id, fake.used_length};
    used->index++;
}

static void fake_acknowledge(struct virtio_device *device)
{
    (void)device;
}

static const struct virtio_transport transport = {
    .name = "fake",
    .status = fake_status,
    .set_status = fake_set_status,
    .features = fake_features,
    .set_features = fake_set_features,
    .queue_size_max = fake_queue_size_max,
    .queue_enable = fake_queue_enable,
    .config_read8 = fake_config_read8,
    .config_generation = fake_config_generation,
    .notify = fake_notify,
    .acknowledge = fake_acknowledge,
};

/* virtio_register() remembers it for the other tests, too. */
static int setup(void **state)
{
    static bool registered;
    (void)state;
    memset(&fake, 0, sizeof fake);
    fake.device.transport = &transport;
    fake.device.id = VIRTIO_ID_NET;
    fake.offered = UINT64_MAX;
    fake.queue_size = 8;
    fake.status = 0xf;
    if (!registered)
        virtio_register(&fake.device);
    registered = true;
    memory_short = false;
    said[0] = '\0';
    pages_given = 0;
    return 0;
}

static void assert_refused(const char *why)
{
    struct virtqueue queue;
    assert_non_null(strstr(said, why));
    assert_true(fake.status & VIRTIO_STATUS_FAILED);
    assert_false(virtio_queue_new(&fake.device, 0, 8, &queue));
    assert_int_equal(pages_given, 0);
}

static void test_virtio_starts_a_device_that_behaves(void **state)
{
    struct virtio_net net;
    (void)state;
    memcpy(fake.config, "\x52\x54\x00\x12\x34\x56", 6);
    fake.config[10] = 0xdc;
    fake.config[11] = 0x05;
    assert_int_equal(virtio_net_open(&net, 0, 256), 0);
    assert_memory_equal(net.mac, fake.config, 6);
    assert_int_equal(net.mtu, 1500);
    assert_int_equal(net.receive.size, 8);
    assert_true(fake.status & VIRTIO_STATUS_DRIVER_OK);
    assert_string_equal(said, "");
    virtio_queue_free(&net.receive);
    virtio_queue_free(&net.transmit);
}

static void test_virtio_refuses_a_device_deaf_to_its_reset(void **state)
{
    (void)state;
    fake.deaf = true;
    assert_false(virtio_start(&fake.device, 0));
    assert_refused("does not answer its reset");
    assert_int_equal(fake.accepted, 0);
}

static void test_virtio_refuses_a_device_without_version_1(void **state)
{
    (void)state;
    fake.offered = ~VIRTIO_F_VERSION_1;
    assert_false(virtio_start(&fake.device, 0));
    assert_refused("does not offer VERSION_1");
}

static void test_virtio_refuses_a_device_that_takes_no_features(void **state)
{
    (void)state;
    fake.no_features_ok = true;
    assert_false(virtio_start(&fake.device, 0));
    assert_refused("refuses our features");
}

static void test_virtio_reads_a_configuration_that_changes_meanwhile(void **state)
{
    struct virtio_net net;
    (void)state;
    fake.config[0] = 0x52;
    fake.changes = 9;
    assert_int_equal(virtio_net_open(&net, 0, 8), 0);
    assert_int_equal(net.mac[0], 0x52);
    assert_int_equal(fake.changes, 0);
    virtio_queue_free(&net.receive);
    virtio_queue_free(&net.transmit);
}

static void test_virtio_refuses_a_configuration_that_never_settles(void **state)
{
    struct virtio_net net;
    (void)state;
    fake.changes = UINT32_MAX;
    assert_int_equal(virtio_net_open(&net, 0, 8), -1);
    assert_refused("changes its configuration all the time");
    assert_false(fake.status & VIRTIO_STATUS_DRIVER_OK);
}

static void test_virtio_refuses_impossible_queues(void **state)
{
    static const uint16_t sizes[] = {0, 3, 6, 0xffff};
    struct virtqueue queue;
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_true(virtio_start(&fake.device, 0));
        fake.queue_size = sizes[i];
        assert_false(virtio_queue_new(&fake.device, 0, 0xffff, &queue));
        assert_refused("has a queue missing");
    }
}

static void test_virtio_refuses_a_device_that_refuses_memory(void **state)
{
    struct virtqueue queue;
    (void)state;
    assert_true(virtio_start(&fake.device, 0));
    fake.refuses_memory = true;
    assert_false(virtio_queue_new(&fake.device, 0, 8, &queue));
    assert_refused("refuses its queue's memory");
    assert_true(virtio_start(&fake.device, 0));
    memory_short = true;
    assert_false(virtio_queue_new(&fake.device, 0, 8, &queue));
    assert_refused("finds no memory");
}

/* ---- the entropy device ---------------------------------------------------------------------- */

static void test_virtio_rng_takes_what_the_device_wrote(void **state)
{
    (void)state;
    fake.answers = true;
    fake.used_length = 16;
    virtio_rng_seed(&fake.device);
    assert_int_equal(seed_bytes, 16);
    assert_int_equal(pages_given, 0);
    assert_string_equal(said, "");
}

static void test_virtio_rng_does_not_follow_a_bad_answer(void **state)
{
    (void)state;
    fake.answers = true;
    fake.used_length = 65;
    virtio_rng_seed(&fake.device);
    assert_int_equal(seed_bytes, 0);
    assert_non_null(strstr(said, "wrote more than the buffer holds"));
    fake.used_id = 1;
    virtio_rng_seed(&fake.device);
    assert_non_null(strstr(said, "a buffer that it was not given"));
}

static void test_virtio_rng_does_not_wait_for_ever(void **state)
{
    (void)state;
    virtio_rng_seed(&fake.device);
    assert_int_equal(seed_bytes, 0);
    assert_non_null(strstr(said, "too slow"));
}

/* A device that does not let go keeps its queue: the memory is never given to somebody else. */
static void test_virtio_rng_leaves_the_queue_to_a_deaf_device(void **state)
{
    (void)state;
    fake.status = 0;
    fake.deaf = true;
    virtio_rng_seed(&fake.device);
    assert_int_equal(pages_given, 1);
    free(fake.rings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_virtio_starts_a_device_that_behaves, setup),
        cmocka_unit_test_setup(test_virtio_refuses_a_device_deaf_to_its_reset, setup),
        cmocka_unit_test_setup(test_virtio_refuses_a_device_without_version_1, setup),
        cmocka_unit_test_setup(test_virtio_refuses_a_device_that_takes_no_features, setup),
        cmocka_unit_test_setup(test_virtio_reads_a_configuration_that_changes_meanwhile, setup),
        cmocka_unit_test_setup(test_virtio_refuses_a_configuration_that_never_settles, setup),
        cmocka_unit_test_setup(test_virtio_refuses_impossible_queues, setup),
        cmocka_unit_test_setup(test_virtio_refuses_a_device_that_refuses_memory, setup),
        cmocka_unit_test_setup(test_virtio_rng_takes_what_the_device_wrote, setup),
        cmocka_unit_test_setup(test_virtio_rng_does_not_follow_a_bad_answer, setup),
        cmocka_unit_test_setup(test_virtio_rng_does_not_wait_for_ever, setup),
        cmocka_unit_test_setup(test_virtio_rng_leaves_the_queue_to_a_deaf_device, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
