/* The network device; see virtio_net.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio_net.h"

#include <stddef.h>

#include "interrupt.h"
#include "random.h"

#define NET_F_CSUM       VIRTIO_FEATURE(0)
#define NET_F_GUEST_CSUM VIRTIO_FEATURE(1)
#define NET_F_MTU        VIRTIO_FEATURE(3)
#define NET_F_MAC        VIRTIO_FEATURE(5)
#define NET_F_GUEST_TSO4 VIRTIO_FEATURE(7)
#define NET_F_GUEST_TSO6 VIRTIO_FEATURE(8)
#define NET_F_HOST_TSO4  VIRTIO_FEATURE(11)
#define NET_F_HOST_TSO6  VIRTIO_FEATURE(12)
#define NET_F_MRG_RXBUF  VIRTIO_FEATURE(15)

#define FEATURES_WANTED                                                                            \
    (NET_F_CSUM | NET_F_GUEST_CSUM | NET_F_MTU | NET_F_MAC | NET_F_MRG_RXBUF | VIRTIO_F_EVENT_IDX)

/* Received segments of up to 64 KiB, not cut to the MTU: they fill many mergeable buffers, and
 * their checksum has not been computed.
 */
#define FEATURES_OF_TSO   (NET_F_GUEST_TSO4 | NET_F_GUEST_TSO6)
#define FEATURES_TSO_NEED (NET_F_MRG_RXBUF | NET_F_GUEST_CSUM)

/* The same for what is sent; a device may offer one of them alone. */
#define FEATURES_OF_SENT_TSO (NET_F_HOST_TSO4 | NET_F_HOST_TSO6)

#define CONFIG_MAC 0
#define CONFIG_MTU 10

#define QUEUE_RECEIVE  0
#define QUEUE_TRANSMIT 1

#define MTU_ETHERNET 1500
#define MTU_MIN      1280 /* less, and there is no IPv6 (RFC 8200, 5) */

#define MAC_LOCAL     0x02
#define MAC_MULTICAST 0x01

static void read_mac(struct virtio_net *net)
{
    struct virtio_device *device = net->device;
    if (virtio_has(device, NET_F_MAC)) {
        virtio_config_read(device, CONFIG_MAC, net->mac, sizeof net->mac);
    } else {
        random_bytes(net->mac, sizeof net->mac);
        net->mac[0] = (uint8_t)((net->mac[0] | MAC_LOCAL) & ~MAC_MULTICAST);
    }
}

static void read_mtu(struct virtio_net *net)
{
    net->mtu = MTU_ETHERNET;
    if (virtio_has(net->device, NET_F_MTU))
        net->mtu = virtio_config_read16(net->device, CONFIG_MTU);
    if (net->mtu < MTU_MIN)
        net->mtu = MTU_MIN;
}

static uint64_t features_wanted(struct virtio_device *device)
{
    uint64_t offered = device->transport->features(device), wanted = FEATURES_WANTED;
    if ((offered & FEATURES_TSO_NEED) == FEATURES_TSO_NEED)
        wanted |= FEATURES_OF_TSO;
    if ((offered & NET_F_CSUM) != 0)
        wanted |= FEATURES_OF_SENT_TSO;
    return wanted;
}

int virtio_net_open(struct virtio_net *net, unsigned n, uint16_t size_max)
{
    net->device = virtio_find(VIRTIO_ID_NET, n);
    if (net->device == NULL || !virtio_start(net->device, features_wanted(net->device)))
        return -1;
    /* Without these the header must have a descriptor of its own (5.1.6.6): devices of 2013. */
    if (!virtio_has(net->device, VIRTIO_F_VERSION_1 | VIRTIO_F_ANY_LAYOUT)) {
        virtio_refuse(net->device, "offers neither VERSION_1 nor ANY_LAYOUT");
        return -1;
    }
    net->mergeable = virtio_has(net->device, NET_F_MRG_RXBUF);
    net->checksum_offload = virtio_has(net->device, NET_F_CSUM);
    net->segmentation_offload4 = virtio_has(net->device, NET_F_HOST_TSO4);
    net->segmentation_offload6 = virtio_has(net->device, NET_F_HOST_TSO6);
    net->checksum_validated = virtio_has(net->device, NET_F_GUEST_CSUM);
    net->header_bytes = net->mergeable || !net->device->legacy ? VIRTIO_NET_HEADER_BYTES_MAX
                                                               : VIRTIO_NET_HEADER_BYTES_LEGACY;
    read_mac(net);
    read_mtu(net);
    if (!virtio_queue_new(net->device, QUEUE_RECEIVE, size_max, &net->receive))
        return -1;
    if (!virtio_queue_new(net->device, QUEUE_TRANSMIT, size_max, &net->transmit))
        return -1;
    net->interrupts_seen = interrupt_counters.taken - 1; /* whatever came before is acknowledged */
    virtio_driver_ok(net->device);
    return 0;
}

void virtio_net_flush(struct virtio_net *net, bool send)
{
    if (send)
        virtio_queue_kick(net->device, QUEUE_TRANSMIT, &net->transmit);
    virtio_queue_kick(net->device, QUEUE_RECEIVE, &net->receive);
}

/* Once for each interrupt taken, or the next would be no edge. Those not yet taken end the next
 * halt, whatever is acknowledged here.
 */
static void acknowledge(struct virtio_net *net)
{
    if (net->interrupts_seen == interrupt_counters.taken)
        return;
    net->interrupts_seen = interrupt_counters.taken;
    net->device->transport->acknowledge(net->device);
    net->acknowledgements++;
}

bool virtio_net_arm(struct virtio_net *net, bool when_sent)
{
    acknowledge(net);
    bool pending = virtqueue_arm(&net->receive);
    if (when_sent)
        pending |= virtqueue_arm(&net->transmit);
    return pending;
}

/* Acknowledges now rather than before the next halt: then, just notified, the device is busy
 * sending, and where its registers are emulated the access would wait until it has done so.
 */
void virtio_net_disarm(struct virtio_net *net)
{
    virtqueue_disarm(&net->receive);
    virtqueue_disarm(&net->transmit);
    acknowledge(net);
}

const char *virtio_net_fault(const struct virtio_net *net)
{
    return net->receive.fault != NULL ? net->receive.fault : net->transmit.fault;
}
