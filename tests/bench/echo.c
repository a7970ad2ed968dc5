/* Datagrams to a server that echoes them, so many unanswered at any time: how many come back.
 * Closed loop on purpose: a reply lets the next one go. What is lost is replaced after a pause.
 *
 * Usage: echo ADDRESS PORT OUTSTANDING BYTES SECONDS; prints datagrams/s, us of each, how many lost
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DATAGRAM_MAX = 1472, PAUSE_US = 200000, SOCKET_BYTES = 1 << 20 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int open_socket(const char *address, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval pause = {0, PAUSE_US};
    int bytes = SOCKET_BYTES, fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || inet_aton(address, &to.sin_addr) == 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
        perror("echo");
        exit(2);
    }
    return fd;
}

int main(int argc, char **argv)
{
    static char out[DATAGRAM_MAX], in[DATAGRAM_MAX];
    if (argc != 6 || atoi(argv[4]) < 1 || atoi(argv[4]) > DATAGRAM_MAX) {
        fprintf(stderr, "usage: echo ADDRESS PORT OUTSTANDING BYTES SECONDS\n");
        return 2;
    }
    int fd = open_socket(argv[1], atoi(argv[2]));
    int outstanding = atoi(argv[3]), missing = outstanding;
    size_t bytes = (size_t)atoi(argv[4]);
    long answered = 0, lost = 0;
    double begun_s = now_s(), end_s = begun_s + atof(argv[5]);

    memset(out, 'x', sizeof out);
    while (now_s() < end_s) {
        for (; missing > 0; missing--)
            if (send(fd, out, bytes, 0) < 0 && errno != ECONNREFUSED && errno != ENOBUFS) {
                perror("echo: send");
                return 1;
            }
        if (recv(fd, in, sizeof in, 0) >= 0) {
            missing = 1;
            answered++;
        } else { // silence: all that were under way are gone
            missing = outstanding;
            lost += outstanding;
        }
    }
    double took_s = now_s() - begun_s;
    printf("%.1f %.2f %ld\n", (double)answered / took_s,
           answered ? took_s * 1e6 / (double)answered : 0.0, lost);
    return 0;
}
