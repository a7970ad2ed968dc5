/* The calls that name the other end: with them comes UDP. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "io.h"
#include "result.h"
#include "udp_socket.h"

LINK_WITH(udp_socket_create);

ssize_t recvfrom(int fd, void *restrict data, size_t length, int flags,
                 struct sockaddr *restrict address, socklen_t *restrict address_length)
{
    struct iovec part = {data, length};
    struct message message = {
        .parts = &part,
        .count = 1,
        .flags = flags,
        .address = address,
        .address_length = address_length,
    };

    return result(message_receive(fd, &message));
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *address,
               socklen_t address_length)
{
    struct iovec part = {(void *)data, length};
    struct message message = {
        .parts = &part,
        .count = 1,
        .flags = flags,
        .address = (struct sockaddr *)address,
        .address_length = &address_length,
    };

    return result(message_send(fd, &message));
}

static struct message message_of(const struct msghdr *header, socklen_t *address_length, int flags)
{
    *address_length = header->msg_name ? header->msg_namelen : 0;
    return (struct message){
        .parts = header->msg_iov,
        .count = header->msg_iovlen,
        .flags = flags,
        .address = header->msg_name,
        .address_length = address_length,
    };
}

static long header_receive(int fd, struct msghdr *header, int flags)
{
    socklen_t address_length;
    struct message message = message_of(header, &address_length, flags);

    if (message.count < 0 || message.count > PARTS_MAX)
        return -EMSGSIZE;
    long received = message_receive(fd, &message);
    if (received < 0)
        return received;
    header->msg_namelen = address_length;
    header->msg_controllen = 0;
    header->msg_flags = message.flags & MSG_TRUNC;
    return received;
}

static long header_send(int fd, const struct msghdr *header, int flags)
{
    socklen_t address_length;
    struct message message = message_of(header, &address_length, flags);

    if (message.count < 0 || message.count > PARTS_MAX)
        return -EMSGSIZE;
    return message_send(fd, &message);
}

ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
    return result(header_receive(fd, header, flags));
}

ssize_t sendmsg(int fd, const struct msghdr *header, int flags)
{
    return result(header_send(fd, header, flags));
}
