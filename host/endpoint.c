/* Addresses as people type them; see endpoint.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "endpoint.h"

#include "number.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

int endpoint_resolve(const char *host, const char *port, struct endpoint *endpoint,
                     struct error *error)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    uint64_t number;

    if (number_parse("port", port, 0, UINT16_MAX, &number, error) != 0)
        return -1;
    int failure = getaddrinfo(host, port, &hints, &found);
    if (failure != 0)
        return error_set(error, EXIT_USAGE, "cannot resolve '%.200s': %s", host,
                         gai_strerror(failure));
    *endpoint = (struct endpoint){.length = found->ai_addrlen};
    memcpy(&endpoint->address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return 0;
}

int endpoint_parse(const char *text, struct endpoint *endpoint, struct error *error)
{
    const char *colon = strrchr(text, ':');
    const char *first = text;
    const char *end = colon;
    char host[NI_MAXHOST];

    if (colon != NULL && *text == '[' && colon > text && colon[-1] == ']') {
        first = text + 1;
        end = colon - 1;
    } else if (colon != NULL && strchr(text, ':') != colon) {
        colon = NULL; /* IPv6 without brackets: which colon begins the port? */
    }
    if (colon == NULL || end <= first || (size_t)(end - first) >= sizeof host)
        return error_set(error, EXIT_USAGE,
                         "'%.100s' is not ADDR:PORT (IPv6: [ADDR]:PORT), such as 10.0.0.2:8081",
                         text);
    memcpy(host, first, (size_t)(end - first));
    host[end - first] = '\0';
    return endpoint_resolve(host, colon + 1, endpoint, error);
}

const char *endpoint_format(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_BYTES])
{
    char host[INET6_ADDRSTRLEN + 20]; /* and a scope */
    char port[6];
    const char *shape = endpoint->address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s";

    if (getnameinfo((const struct sockaddr *)&endpoint->address, endpoint->length, host,
                    sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        snprintf(text, ENDPOINT_TEXT_BYTES, "(unknown address)");
    else
        snprintf(text, ENDPOINT_TEXT_BYTES, shape, host, port);
    return text;
}
