/* The client beyond the NIC of nic.h: frames by script, with the sequence numbers of the server.
 *
 *   client=keepalive  HTTP requests, each on the connection of the one before
 *   client=close      a connection for each request
 *   client=udp        datagrams of 64 bytes, echoed
 *   parallel=N        of them at the same time (1)
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROFILE_CLIENT_H
#define THRICE_PROFILE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

/* The guest has sent this frame. What answers it waits for client_speak(). */
void client_hear(const unsigned char *frame, size_t bytes);

/* The guest would sleep: delivers all that waits. false when there is nothing. */
bool client_speak(void);

#endif
