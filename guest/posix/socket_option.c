/* setsockopt and getsockopt: what is common to all sockets; the rest is the protocol's. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include "result.h"

#define NS_PER_S  1000000000ull
#define NS_PER_US 1000ull

static long timeout_set(uint64_t *timeout_ns, const void *value, socklen_t length)
{
    const struct timeval *timeout = value;

    if (length < sizeof(*timeout) || timeout->tv_sec < 0 || timeout->tv_usec < 0)
        return -EINVAL;
    *timeout_ns = (uint64_t)timeout->tv_sec * NS_PER_S + (uint64_t)timeout->tv_usec * NS_PER_US;
    return 0;
}

static long socket_set(struct socket *socket, int level, int option, const void *value,
                       socklen_t length)
{
    int number;

    if (level == SOL_SOCKET && option == SO_RCVTIMEO)
        return timeout_set(&socket->receive_timeout_ns, value, length);
    if (level == SOL_SOCKET && option == SO_SNDTIMEO)
        return timeout_set(&socket->send_timeout_ns, value, length);
    if (length < sizeof(number))
        return -EINVAL;
    memcpy(&number, value, sizeof(number));
    if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) {
        socket->only_v6 = number != 0;
        return 0;
    }
    return socket_operations(socket)->option_set(socket, level, option, number);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    long error;
    struct socket *socket = socket_of(fd, &error);

    return (int)result(socket ? socket_set(socket, level, option, value, length) : error);
}
