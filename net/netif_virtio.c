/* lwIP's network interface on the first virtio NIC; see netif_virtio.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "netif_virtio.h"

#include <stddef.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "netif/ethernet.h"

#include "console.h"
#include "receive_buffer.h"
#include "transmit_queue.h"
#include "virtio_net.h"

#define QUEUE_SIZE_MAX 256
#define POLL_FRAMES    64 /* then what was queued is sent: device and guest work side by side */

#define CHECKS_OF_TRANSPORT (NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP)
#define SUMS_OF_TRANSPORT   (NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP)

static struct virtio_net nic;
static struct netif netif;
static bool fault_reported;

/* lwIP's own checksums, where the NIC does not do them. */
static u16_t checksum_flags(bool checked)
{
    u16_t flags = NETIF_CHECKSUM_ENABLE_ALL;
    if (nic.checksum_offload)
        flags &= (u16_t)~SUMS_OF_TRANSPORT;
    if (checked)
        flags &= (u16_t)~CHECKS_OF_TRANSPORT;
    return flags;
}

static err_t netif_virtio_init(struct netif *added)
{
    added->name[0] = 'e';
    added->name[1] = 'n';
    added->output = etharp_output;
    added->output_ip6 = ethip6_output;
    added->linkoutput = transmit_queue_add;
    added->mtu = nic.mtu;
    added->hwaddr_len = sizeof nic.mac;
    memcpy(added->hwaddr, nic.mac, sizeof nic.mac);
    added->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                   NETIF_FLAG_MLD6 | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

struct netif *netif_virtio_add(void)
{
    if (virtio_net_open(&nic, 0, QUEUE_SIZE_MAX) != 0)
        return NULL;
    transmit_queue_init(&nic);
    if (!receive_buffer_init(&nic)) {
        console_printf("net: no memory for receive buffers\n");
        virtio_stop(nic.device);
        return NULL;
    }
    virtio_net_flush(&nic, true);
    netif_add_noaddr(&netif, NULL, netif_virtio_init, ethernet_input);
    NETIF_SET_CHECKSUM_CTRL(&netif, checksum_flags(false));
    return &netif;
}

const char *netif_virtio_transport(bool *legacy)
{
    *legacy = nic.device->legacy;
    return nic.device->transport->name;
}

static void report_fault(void)
{
    const char *fault = virtio_net_fault(&nic);
    if (fault == NULL || fault_reported)
        return;
    fault_reported = true;
    console_printf("net: the NIC misbehaves (%s) and is given up\n", fault);
}

bool netif_virtio_poll(void)
{
    bool checked;
    struct pbuf *frame;
    unsigned frames = 0;

    transmit_queue_reclaim();
    while (frames < POLL_FRAMES && !transmit_queue_congested() &&
           (frame = receive_buffer_next(&checked)) != NULL) {
        NETIF_SET_CHECKSUM_CTRL(&netif, checksum_flags(checked));
        ethernet_input(frame, &netif);
        frames++;
    }
    return frames != 0;
}

void netif_virtio_flush(void)
{
    transmit_queue_flush();
}

bool netif_virtio_may_sleep(void)
{
    report_fault();
    return !virtio_net_arm(&nic, transmit_queue_waiting());
}

void netif_virtio_awake(void)
{
    virtio_net_disarm(&nic);
}

void netif_virtio_report(void (*say)(const char *name, uint64_t value))
{
    say("notified_receive", nic.receive.notifications);
    say("notified_transmit", nic.transmit.notifications);
    say("acknowledged", nic.acknowledgements);
}
