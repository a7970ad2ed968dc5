/* The network as the POSIX layer sees it: lwIP, driven by hand from one event loop.
 *
 * Nothing here runs by itself: net_poll() is the only place where frames are taken from the
 * NIC and given to lwIP, and where lwIP's timers run; lwIP's callbacks (tcp_recv and so on)
 * therefore only ever run inside it (or inside a raw API call that the caller made).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NET_H
#define THRICE_NET_H

#include <stdbool.h>
#include <stdint.h>

/* Has the machine a NIC? Without one nothing here does anything. */
bool net_exists(void);

/* Gives lwIP what the NIC has received (a bounded number of frames, so that the caller gets its
 * turn), runs the timers that are due, hands the frames that lwIP queued meanwhile to the NIC in
 * one batch. Returns whether there were frames: then call it again before net_wait().
 */
bool net_poll(void);

/* Hands frames queued by raw API calls since the last net_poll() to the NIC (one notification
 * for the batch at most). Cheap when there are none.
 */
void net_flush(void);

/* Is there a TCP connection, its handshake complete, of which something is not yet acknowledged, be
 * it its end?
 */
bool net_is_sending(void);

/* Flushes, then sleeps until a frame arrives, lwIP's next timer is due, or the monotonic clock
 * reaches deadline_ns. Returns at once when the NIC already holds frames, and may return early:
 * the caller looks again in a loop.
 */
void net_wait(uint64_t deadline_ns);

#endif
