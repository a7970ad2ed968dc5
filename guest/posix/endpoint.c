/* Socket addresses: between POSIX's sockaddr and lwIP's ip_addr_t. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

uint8_t socket_address_type(const struct socket *socket)
{
    if (!socket->is_v6)
        return IPADDR_TYPE_V4;
    return socket->only_v6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY;
}

static void read_v4(struct endpoint *endpoint, const struct sockaddr_in *address)
{
    ip_addr_set_zero_ip4(&endpoint->address);
    ip_2_ip4(&endpoint->address)->addr = address->sin_addr.s_addr;
    endpoint->port = ntohs(address->sin_port);
}

static void read_v6(struct endpoint *endpoint, const struct sockaddr_in6 *address,
                    const struct socket *socket)
{
    endpoint->port = ntohs(address->sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&address->sin6_addr)) {
        ip_addr_set_zero_ip4(&endpoint->address);
        memcpy(&ip_2_ip4(&endpoint->address)->addr, address->sin6_addr.s6_addr + 12, 4);
        return;
    }
    ip_addr_set_zero_ip6(&endpoint->address);
    memcpy(ip_2_ip6(&endpoint->address)->addr, address->sin6_addr.s6_addr, 16);
    ip6_addr_set_zone(ip_2_ip6(&endpoint->address), (uint8_t)address->sin6_scope_id);
    if (IN6_IS_ADDR_UNSPECIFIED(&address->sin6_addr))
        IP_SET_TYPE_VAL(endpoint->address, socket_address_type(socket));
}

long endpoint_read(const struct socket *socket, struct endpoint *endpoint,
                   const struct sockaddr *address, socklen_t length)
{
    size_t expected = socket->is_v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);

    if (!address || length < expected)
        return -EINVAL;
    if (address->sa_family != (socket->is_v6 ? AF_INET6 : AF_INET))
        return -EAFNOSUPPORT;
    if (socket->is_v6)
        read_v6(endpoint, (const struct sockaddr_in6 *)address, socket);
    else
        read_v4(endpoint, (const struct sockaddr_in *)address);
    return 0;
}

static struct sockaddr_in6 write_v6(const struct endpoint *endpoint)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(endpoint->port)};

    if (IP_IS_V6(&endpoint->address)) {
        memcpy(v6.sin6_addr.s6_addr, ip_2_ip6(&endpoint->address)->addr, 16);
        v6.sin6_scope_id = ip6_addr_zone(ip_2_ip6(&endpoint->address));
    } else {
        v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xff;
        memcpy(v6.sin6_addr.s6_addr + 12, &ip_2_ip4(&endpoint->address)->addr, 4);
    }
    return v6;
}

static void copy_out(struct sockaddr *address, socklen_t *length, const void *from, size_t bytes)
{
    memcpy(address, from, *length < bytes ? *length : bytes);
    *length = (socklen_t)bytes;
}

void endpoint_write(const struct socket *socket, const struct endpoint *endpoint,
                    struct sockaddr *address, socklen_t *length)
{
    if (!address || !length)
        return;
    if (socket->is_v6) {
        struct sockaddr_in6 v6 = write_v6(endpoint);
        copy_out(address, length, &v6, sizeof(v6));
    } else {
        struct sockaddr_in v4 = {
            .sin_family = AF_INET,
            .sin_port = htons(endpoint->port),
            .sin_addr.s_addr = ip_2_ip4(&endpoint->address)->addr,
        };
        copy_out(address, length, &v4, sizeof(v4));
    }
}
