/* The event loop (loop.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "loop.h"

#include "interrupt.h"
#include "net.h"
#include "tcp_half_open.h"
#include "tcp_socket.h"

static enum signal_effect effect; /* of handlers that ran while somebody waited */

#define VAIN_MAX 256 /* more than a server on epoll meets between two waits */

static unsigned in_vain; /* calls, since the loop last ran */

void loop_poll(void)
{
    static uint8_t polls;

    in_vain = 0;

    if (++polls == 0) { // a loop too busy to halt must not miss the power button
        interrupt_window();
        effect = signal_deliver();
    }
    tcp_socket_output_pending();
    net_poll();
    tcp_half_open_trim();
}

bool loop_in_vain(void)
{
    if (++in_vain < VAIN_MAX)
        return false;
    loop_poll();
    return true;
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
