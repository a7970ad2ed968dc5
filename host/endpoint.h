/* An address and port to talk to, IPv4 or IPv6, from what a person typed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ENDPOINT_H
#define THRICE_ENDPOINT_H

#include "error.h"

#include <sys/socket.h>

struct endpoint {
    struct sockaddr_storage address;
    socklen_t length;
};

/* Room for the text of any endpoint: brackets, IPv6 address with scope, port, NUL. */
#define ENDPOINT_TEXT_BYTES 80

/* Resolves a name or a literal address (IPv6 without brackets) and a decimal port.
 * Takes the first address the resolver gives. Returns 0, or -1 and an error (EXIT_USAGE). */
int endpoint_resolve(const char *host, const char *port, struct endpoint *endpoint,
                     struct error *error);

/* The same from one text: "10.0.0.2:8081", "[fd00::2]:8081", "localhost:8081". */
int endpoint_parse(const char *text, struct endpoint *endpoint, struct error *error);

/* Writes "10.0.0.2:80" or "[fd00::2]:80" into text, which is returned. */
const char *endpoint_format(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_BYTES]);

#endif
