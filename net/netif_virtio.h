/* lwIP's network interface on the first virtio NIC. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NETIF_VIRTIO_H
#define THRICE_NETIF_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/netif.h"

/* Starts the NIC and adds its netif to lwIP, without an address and not yet up. Returns NULL when
 * there is no NIC, or it cannot be driven.
 */
struct netif *netif_virtio_add(void);

/* What carries the NIC: "virtio-mmio", ...; and whether by its legacy registers. */
const char *netif_virtio_transport(bool *legacy);

/* Gives lwIP frames that have been received, a bounded number. Returns whether there were any. */
bool netif_virtio_poll(void);

/* Shows the NIC the frames queued and the buffers returned since the last time: at most one
 * notification for each direction.
 */
void netif_virtio_flush(void);

/* Arms the NIC to wake us. false when there is something to do first: then do not sleep.
 * netif_virtio_awake() after sleeping.
 */
bool netif_virtio_may_sleep(void);
void netif_virtio_awake(void);

/* The NIC's counters: calls say for each. */
void netif_virtio_report(void (*say)(const char *name, uint64_t value));

#endif
