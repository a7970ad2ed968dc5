/* The event loop (loop.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "loop.h"

#include "net.h"
#include "tcp_socket.h"

void loop_poll(void)
{
    tcp_socket_output_pending();
    net_poll();
}

void loop_sleep(uint64_t deadline_ns)
{
    net_wait(deadline_ns);
}
