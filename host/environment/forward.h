/* A forwarder from a loopback port of the host to a server in the driver's own network, for
 * `thrice boot`: so that curl and a browser reach a container or a bare process. For people, not
 * for measurements.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FORWARD_H
#define THRICE_FORWARD_H

#include <netinet/in.h>
#include <stdint.h>

#include "environment/payload.h"
#include "environment/program.h"
#include "error.h"

/* Opens 127.0.0.1:port (0: any that is free), TCP or UDP as the protocol wants. To be called while
 * the process still sees the host's network: a socket stays in the namespace it was made in.
 * Returns the descriptor and sets *bound to its port; -1 and an error (EXIT_USAGE) when the port is
 * taken.
 */
int forward_open(enum protocol protocol, uint16_t port, uint16_t *bound, struct error *error);

/* Forwards until the program ends or the user interrupts. */
void forward_run(int fd, enum protocol protocol, const struct sockaddr_in *server,
                 struct program *program);

#endif
