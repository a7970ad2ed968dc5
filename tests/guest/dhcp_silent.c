// status: 1
// qemu: -accel tcg -icount shift=0,sleep=off
// qemu: -netdev hubport,id=n,hubid=1 -device virtio-net-device,netdev=n
// console: net: no answer from a DHCP server yet; asking on, IPv6 does not wait
/* On a network without a DHCP server the machine says so, and goes on: there are sockets, and the
 * link-local address of IPv6.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PATIENCE_MS 12000 // of the machine with a server, and more

int main(void)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(80)};
    struct epoll_event event;
    int fd = socket(AF_INET6, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any) < 0 || listen(fd, 1) < 0)
        puts("FAILED: no socket");
    epoll_wait(epoll_create1(0), &event, 1, PATIENCE_MS);
    return 0;
}
