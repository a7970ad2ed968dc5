/* The split virtqueue (Virtio 1.2, 2.7): descriptors, available and used ring.
 *
 * Knows no bus and no device, and is tested on the host as it is. A device that returns an
 * index it was never given, or a length longer than the buffers, is refused: the queue is
 * marked broken, counted, and never followed.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VIRTQUEUE_H
#define THRICE_VIRTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct virtqueue; /* the author of virtqueue.c completes this header */

/* One piece of a buffer: guest-physical address is the pointer itself. */
struct virtqueue_segment {
    void *address;
    uint32_t length;
};

#endif
