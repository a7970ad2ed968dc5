/* Calls of a payload that answers datagrams. Apart from the others: an image that does not make
 * these calls has no UDP (guest/posix/result.h), and is not to get it by being traced.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <sys/socket.h>

TRACE_WRAP(ssize_t, recvfrom, int fd, void *data, size_t length, int flags,
           struct sockaddr *address, socklen_t *address_length)
{
    ssize_t result = __real_recvfrom(fd, data, length, flags, address, address_length);

    if (result >= 0)
        trace_step("payload", "recvfrom(%d) is %ld", fd, (long)result);
    return result;
}

TRACE_WRAP(ssize_t, sendto, int fd, const void *data, size_t length, int flags,
           const struct sockaddr *address, socklen_t address_length)
{
    trace_step("payload", "sendto(%d, %zu bytes)", fd, length);
    return __real_sendto(fd, data, length, flags, address, address_length);
}
