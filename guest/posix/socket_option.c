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

static long common_set(struct socket *socket, int option, const void *value, socklen_t length)
{
    switch (option) {
    case SO_RCVTIMEO:
        return timeout_set(&socket->receive_timeout_ns, value, length);
    case SO_SNDTIMEO:
        return timeout_set(&socket->send_timeout_ns, value, length);
    case SO_REUSEPORT:
    case SO_PRIORITY:
    case SO_BUSY_POLL:
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

/* With two fields; the protocol gets what matters of them. */
static long linger_set(struct socket *socket, const void *value, socklen_t length)
{
    const struct linger *linger = value;

    if (length < sizeof(*linger))
        return -EINVAL;
    return socket_operations(socket)->option_set(socket, SOL_SOCKET, SO_LINGER,
                                                 linger->l_onoff && linger->l_linger == 0);
}

static long ip_level_set(struct socket *socket, int level, int option, int value)
{
    if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) {
        socket->only_v6 = value != 0;
        return 0;
    }
    if (level == IPPROTO_IP && option == IP_TOS)
        return 0; /* nothing between here and the host looks at it */
    return -ENOPROTOOPT;
}

static long socket_set(struct socket *socket, int level, int option, const void *value,
                       socklen_t length)
{
    int number;

    if (level == SOL_SOCKET) {
        long result = common_set(socket, option, value, length);
        if (result != -ENOPROTOOPT)
            return result;
        if (option == SO_LINGER)
            return linger_set(socket, value, length);
    }
    if (length < sizeof(number))
        return -EINVAL;
    memcpy(&number, value, sizeof(number));
    if (level == IPPROTO_IP || level == IPPROTO_IPV6)
        return ip_level_set(socket, level, option, number);
    return socket_operations(socket)->option_set(socket, level, option, number);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    long error;
    struct socket *socket = socket_of(fd, &error);

    return (int)result(socket ? socket_set(socket, level, option, value, length) : error);
}
