// status: 1
// qemu: -netdev user,id=n -device virtio-net-device,netdev=n
// append: ip=10.0.2.15/24
// console: no UDP sockets in this image
/* What a program does not call is not linked: one that never names the other end of a datagram
 * has no UDP, and is told so.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

int main(void)
{
    if (socket(AF_INET, SOCK_DGRAM, 0) != -1 || errno != EPROTONOSUPPORT) {
        puts("FAILED: a UDP socket");
        return 1;
    }
    if (socket(AF_INET, SOCK_STREAM, 0) < 0) {
        puts("FAILED: no TCP socket");
        return 1;
    }
    return 0;
}
