/* virtio devices: the list of those found, and the steps that all drivers share; see virtio.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio.h"

#include <string.h>

#include "console.h"
#include "layers.h"
#include "memory.h"

#define RESET_POLLS      100000 /* reads of the status register: a device resets in a few */
#define GENERATION_TRIES 1000   /* reads of a configuration that changes meanwhile */

static struct virtio_device *devices[VIRTIO_DEVICES_MAX];
static unsigned device_count;

void virtio_init(void)
{
    /* A PC may have anything where microvm has its virtio-mmio registers. */
    if (!virtio_pci_scan())
        virtio_mmio_scan();
    struct virtio_device *entropy = virtio_find(VIRTIO_ID_ENTROPY, 0);
    if (entropy != NULL)
        virtio_rng_seed(entropy);
}

void virtio_register(struct virtio_device *device)
{
    if (device_count == VIRTIO_DEVICES_MAX) {
        console_printf("virtio: more than %d devices, the rest is left alone\n",
                       VIRTIO_DEVICES_MAX);
        return;
    }
    devices[device_count++] = device;
}

struct virtio_device *virtio_find(enum virtio_id id, unsigned n)
{
    for (unsigned i = 0; i < device_count; i++)
        if (devices[i]->id == id && n-- == 0)
            return devices[i];
    return NULL;
}

static void add_status(struct virtio_device *device, uint8_t bits)
{
    const struct virtio_transport *transport = device->transport;
    transport->set_status(device, transport->status(device) | bits);
}

/* Status 0 is the reset state (2.1): one that reads so, as the machine made it, is not reset again,
 * which takes QEMU 2 ms.
 */
bool virtio_stop(struct virtio_device *device)
{
    if (device->transport->status(device) == 0)
        return true;
    device->transport->set_status(device, 0);
    for (unsigned i = 0; i < RESET_POLLS; i++)
        if (device->transport->status(device) == 0)
            return true;
    return false;
}

bool virtio_refuse(struct virtio_device *device, const char *why)
{
    console_printf("%s: device %d %s\n", device->transport->name, device->id, why);
    add_status(device, VIRTIO_STATUS_FAILED);
    device->refused = true;
    return false;
}

bool virtio_start(struct virtio_device *device, uint64_t wanted)
{
    device->refused = false;
    if (!virtio_stop(device))
        return virtio_refuse(device, "does not answer its reset");
    add_status(device, VIRTIO_STATUS_ACKNOWLEDGE);
    add_status(device, VIRTIO_STATUS_DRIVER);

    wanted |= VIRTIO_F_VERSION_1 | VIRTIO_F_ANY_LAYOUT;
    device->features = device->transport->features(device) & wanted;
    if (!device->legacy && !virtio_has(device, VIRTIO_F_VERSION_1))
        return virtio_refuse(device, "does not offer VERSION_1");
    device->transport->set_features(device, device->features);
    if (device->legacy)
        return true;
    add_status(device, VIRTIO_STATUS_FEATURES_OK);
    if ((device->transport->status(device) & VIRTIO_STATUS_FEATURES_OK) == 0)
        return virtio_refuse(device, "refuses our features");
    return true;
}

static size_t queue_pages(uint16_t size)
{
    return (virtqueue_bytes(size) + PAGE_SIZE - 1) / PAGE_SIZE;
}

bool virtio_queue_new(struct virtio_device *device, unsigned index, uint16_t size_max,
                      struct virtqueue *queue)
{
    if (device->refused)
        return false;
    uint16_t size = device->transport->queue_size_max(device, index);
    if (size > size_max && !device->transport->queue_size_fixed)
        size = size_max;
    if (size == 0 || size > VIRTQUEUE_MAX_SIZE || (size & (size - 1)) != 0)
        return virtio_refuse(device, "has a queue missing, or of a size that is no power of two");
    void *memory = page_alloc(queue_pages(size));
    if (memory == NULL)
        return virtio_refuse(device, "finds no memory for a queue");
    virtqueue_init(queue, size, memory, virtio_has(device, VIRTIO_F_EVENT_IDX));
    if (!device->transport->queue_enable(device, index, queue)) {
        virtio_queue_free(queue);
        return virtio_refuse(device, "refuses its queue's memory");
    }
    return true;
}

void virtio_queue_free(struct virtqueue *queue)
{
    page_free(queue->desc, queue_pages(queue->size));
}

void virtio_driver_ok(struct virtio_device *device)
{
    add_status(device, VIRTIO_STATUS_DRIVER_OK);
}

void virtio_config_read(struct virtio_device *device, unsigned offset, void *to, size_t bytes)
{
    const struct virtio_transport *transport = device->transport;
    uint8_t *byte = to;
    uint32_t before = 0, after = 0;

    for (unsigned tries = 0; tries < GENERATION_TRIES; tries++) {
        if (transport->config_generation)
            before = transport->config_generation(device);
        for (size_t i = 0; i < bytes; i++)
            byte[i] = transport->config_read8(device, offset + (unsigned)i);
        if (transport->config_generation)
            after = transport->config_generation(device);
        if (before == after)
            return;
    }
    memset(to, 0, bytes);
    virtio_refuse(device, "changes its configuration all the time");
}

uint16_t virtio_config_read16(struct virtio_device *device, unsigned offset)
{
    uint8_t bytes[2];
    virtio_config_read(device, offset, bytes, sizeof bytes);
    return (uint16_t)(bytes[1] << 8 | bytes[0]);
}
