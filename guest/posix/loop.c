/* The event loop (loop.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "loop.h"

#include "interrupt.h"
#include "net.h"
#include "tcp_half_open.h"
#include "tcp_socket.h"

static enum signal_effect effect; /* of handlers that ran while somebody waited */

void loop_poll(void)
{
    static uint8_t polls;

    if (++polls == 0) { // a loop too busy to halt must not miss the power button
        interrupt_window();
        effect = signal_deliver();
    }
    tcp_socket_output_pending();
    net_poll();
    tcp_half_open_trim();
}

enum signal_effect loop_sleep(uint64_t deadline_ns)
{
    if (effect == SIGNAL_NONE) {
        net_wait(deadline_ns);
        effect = signal_deliver();
    }
    enum signal_effect found = effect;
    effect = SIGNAL_NONE;
    return found;
}
