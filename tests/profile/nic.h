/* A NIC made of memory inside the guest, so that a run is the same to the instruction each time.
 *
 * It is a virtio network device behind a transport of its own: it takes what the guest sends within
 * the notification, hands it to the client (client.h), and delivers the client's answers whenever
 * the guest would halt. What the NIC and the client execute is not counted as the guest's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROFILE_NIC_H
#define THRICE_PROFILE_NIC_H

#include <stddef.h>

/* Delivers a frame from its Ethernet header on; its transport checksum counts as checked. */
void nic_deliver(const void *frame, size_t bytes);

/* From here on the guest's work counts. */
void nic_begin_count(void);

/* Says on the console what was counted, for so many units of work, and ends the machine. */
_Noreturn void nic_end_count(unsigned long units);

#endif
