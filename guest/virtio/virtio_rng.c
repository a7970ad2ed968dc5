/* The entropy device (Virtio 1.2, 5.4): one request at boot, and the device is put back.
 *
 * Bounded: a host whose entropy comes late is not waited for; random.h has other sources.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "console.h"
#include "random.h"
#include "time.h"
#include "virtio.h"

#define SEED_BYTES  64
#define WAIT_MAX_NS 20000000ull

static uint8_t seed[SEED_BYTES]; /* the device's while it is live */

void virtio_rng_seed(struct virtio_device *device)
{
    struct virtqueue queue;
    struct virtqueue_segment segment = {seed, sizeof seed};
    uint32_t length = 0;
    if (!virtio_start(device, 0) || !virtio_queue_new(device, 0, 1, &queue))
        return;
    virtio_driver_ok(device);
    virtqueue_add(&queue, &segment, 0, 1, seed);
    virtio_queue_kick(device, 0, &queue);

    uint64_t deadline_ns = time_monotonic_ns() + WAIT_MAX_NS;
    while (virtqueue_take(&queue, &length) == NULL && !queue.fault &&
           time_monotonic_ns() < deadline_ns)
        __asm__ volatile("pause");
    if (virtio_stop(device)) // else the queue is still the device's, and so for good
        virtio_queue_free(&queue);
    if (length == 0)
        console_printf("%s: the entropy device %s, going on without\n", device->transport->name,
                       queue.fault ? queue.fault : "was too slow");
    random_add(seed, length);
}
