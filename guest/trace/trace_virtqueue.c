/* Steps of a packet between the device and the driver: buffers of a virtqueue. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include "virtqueue.h"

TRACE_WRAP(void *, virtqueue_take, struct virtqueue *queue, uint32_t *length)
{
    void *cookie = __real_virtqueue_take(queue, length);

    if (cookie && *length > 0)
        trace_step("virtqueue", "the device has filled a buffer with %u bytes", *length);
    else if (cookie)
        trace_step("virtqueue", "the device has sent a buffer");
    return cookie;
}

TRACE_WRAP(int, virtqueue_add, struct virtqueue *queue, const struct virtqueue_segment *segments,
           unsigned readable, unsigned writable, void *cookie)
{
    int result = __real_virtqueue_add(queue, segments, readable, writable, cookie);
    uint32_t bytes = 0;

    for (unsigned i = 0; i < readable; i++)
        bytes += segments[i].length;
    if (readable > 0)
        trace_step("virtqueue", "%u bytes in %u pieces %s", bytes, readable,
                   result == 0 ? "for the device to send" : "find no room");
    return result;
}

TRACE_WRAP(bool, virtqueue_publish, struct virtqueue *queue)
{
    bool wanted = __real_virtqueue_publish(queue);

    if (wanted)
        trace_step("virtqueue", "the device is notified");
    return wanted;
}
