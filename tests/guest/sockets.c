// status: 1
// console: sockets do as they should
// append: ip=10.0.2.15/24 gw=10.0.2.2 --
// qemu: -netdev user,id=n,guestfwd=tcp:10.0.2.100:9999-cmd:cat -device virtio-net-device,netdev=n
/* Sockets, epoll, poll and select against a TCP echo outside (QEMU's user network runs `cat`). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("FAILED: line %d: %s (errno %d)\n", __LINE__, #condition, errno);               \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)
#define FAILS(call, error) CHECK((call) == -1 && errno == (error))

#define PATIENCE_MS 5000 // an answer comes at once, or never
#define SILENCE_MS  20   // long enough to see that nothing comes

static struct sockaddr_in address(const char *host, int port)
{
    struct sockaddr_in result = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_aton(host, &result.sin_addr);
    return result;
}

static int echo_connect(int flags)
{
    struct sockaddr_in to = address("10.0.2.100", 9999);
    int s = socket(AF_INET, SOCK_STREAM | flags, 0);
    CHECK(s >= 0);
    if (flags & SOCK_NONBLOCK)
        FAILS(connect(s, (struct sockaddr *)&to, sizeof to), EINPROGRESS);
    else
        CHECK(connect(s, (struct sockaddr *)&to, sizeof to) == 0);
    return s;
}

static void blocking_stream(void)
{
    char in[64];
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    int s = echo_connect(0);

    CHECK(getsockname(s, (struct sockaddr *)&name, &length) == 0);
    CHECK(name.sin_addr.s_addr == inet_addr("10.0.2.15") && name.sin_port != 0);
    CHECK(getpeername(s, (struct sockaddr *)&name, &length) == 0);
    CHECK(name.sin_port == htons(9999));
    CHECK(send(s, "hello", 5, 0) == 5);
    CHECK(recv(s, in, 5, 0) == 5 && memcmp(in, "hello", 5) == 0);

    char out[] = "abcdef";
    struct iovec out_parts[] = {{out, 2}, {out + 2, 4}}, in_parts[] = {{in, 3}, {in + 32, 10}};
    CHECK(writev(s, out_parts, 2) == 6);
    struct pollfd polled = {s, POLLIN, 0};
    CHECK(poll(&polled, 1, PATIENCE_MS) == 1 && polled.revents == POLLIN);
    CHECK(recv(s, in, 2, MSG_PEEK) == 2 && memcmp(in, "ab", 2) == 0);
    CHECK(readv(s, in_parts, 2) == 6);
    CHECK(memcmp(in, "abc", 3) == 0 && memcmp(in + 32, "def", 3) == 0);

    struct timeval timeout = {0, 20000};
    CHECK(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0);
    FAILS(recv(s, in, 1, 0), EAGAIN);
    CHECK(shutdown(s, SHUT_WR) == 0);
    FAILS(send(s, "x", 1, MSG_NOSIGNAL), EPIPE);
    timeout.tv_usec = 0;
    CHECK(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0);
    CHECK(recv(s, in, 1, 0) == 0);
    CHECK(close(s) == 0);
    FAILS(close(s), EBADF);
}

// More than any buffer on the way: partial sends, EPOLLOUT, and every byte in its place.
static void bulk_both_ways(void)
{
    enum { TOTAL = 4 * 1024 * 1024 };
    static unsigned char out[TOTAL], in[TOTAL];
    size_t sent = 0, got = 0;
    int s = echo_connect(SOCK_NONBLOCK), epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT};
    bool was_full = false;

    for (size_t i = 0; i < TOTAL; i++)
        out[i] = (unsigned char)(i * 7 + i / 251);
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event) == 0);
    while (got < TOTAL) {
        CHECK(epoll_wait(epoll, &event, 1, PATIENCE_MS) == 1);
        ssize_t n = 0;
        while (sent < TOTAL && (n = send(s, out + sent, TOTAL - sent, 0)) > 0)
            sent += (size_t)n;
        was_full |= n < 0 && errno == EAGAIN;
        while ((n = recv(s, in + got, TOTAL - got, 0)) > 0)
            got += (size_t)n;
        event.events = sent < TOTAL ? EPOLLIN | EPOLLOUT : EPOLLIN;
        CHECK(epoll_ctl(epoll, EPOLL_CTL_MOD, s, &event) == 0);
    }
    CHECK(was_full);
    CHECK(memcmp(in, out, TOTAL) == 0);
    CHECK(close(s) == 0 && close(epoll) == 0);
}

static void epoll_triggers(void)
{
    char in[16];
    int s = echo_connect(SOCK_NONBLOCK), epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLOUT | EPOLLET};

    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event) == 0);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event), EEXIST);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event), EINVAL);
    CHECK(epoll_wait(epoll, &event, 1, PATIENCE_MS) == 1 && event.events == EPOLLOUT);
    CHECK(epoll_wait(epoll, &event, 1, SILENCE_MS) == 0); // the edge is past

    event.events = EPOLLIN | EPOLLONESHOT;
    CHECK(epoll_ctl(epoll, EPOLL_CTL_MOD, s, &event) == 0);
    CHECK(send(s, "1", 1, 0) == 1);
    CHECK(epoll_wait(epoll, &event, 1, PATIENCE_MS) == 1 && event.events == EPOLLIN);
    CHECK(epoll_wait(epoll, &event, 1, SILENCE_MS) == 0); // the one shot is fired

    event.events = EPOLLIN | EPOLLRDHUP;
    CHECK(epoll_ctl(epoll, EPOLL_CTL_MOD, s, &event) == 0);
    CHECK(epoll_wait(epoll, &event, 1, 0) == 1); // level: still there
    CHECK(epoll_wait(epoll, &event, 1, 0) == 1);
    CHECK(recv(s, in, sizeof in, 0) == 1);
    CHECK(epoll_wait(epoll, &event, 1, SILENCE_MS) == 0);
    FAILS(recv(s, in, sizeof in, 0), EAGAIN);

    CHECK(shutdown(s, SHUT_WR) == 0);
    CHECK(epoll_wait(epoll, &event, 1, PATIENCE_MS) == 1 && event.events & EPOLLRDHUP);
    CHECK(recv(s, in, sizeof in, 0) == 0);
    CHECK(close(s) == 0);
    CHECK(epoll_wait(epoll, &event, 1, SILENCE_MS) == 0); // closed is forgotten
    CHECK(close(epoll) == 0);
}

// An epoll descriptor is itself readable: to poll, and to another epoll.
static void epoll_of_epolls(void)
{
    int s = echo_connect(0), inner = epoll_create1(0), outer = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    struct pollfd polled = {inner, POLLIN, 0};

    CHECK(epoll_ctl(inner, EPOLL_CTL_ADD, s, &event) == 0);
    CHECK(poll(&polled, 1, 0) == 0);
    CHECK(send(s, "x", 1, 0) == 1);
    CHECK(poll(&polled, 1, PATIENCE_MS) == 1 && polled.revents == POLLIN);
    CHECK(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event) == 0);
    CHECK(epoll_wait(outer, &event, 1, PATIENCE_MS) == 1);
    CHECK(epoll_ctl(inner, EPOLL_CTL_DEL, s, NULL) == 0);
    CHECK(poll(&polled, 1, 0) == 0);
    CHECK(epoll_wait(outer, &event, 1, 0) == 0);
    CHECK(close(s) == 0 && close(inner) == 0 && close(outer) == 0);
}

static void two_connections_from_one_port(void)
{
    struct sockaddr_in from = address("0.0.0.0", 5555), to = address("10.0.2.100", 9999);
    int first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0);
    char in[1];

    CHECK(bind(first, (struct sockaddr *)&from, sizeof from) == 0);
    CHECK(connect(first, (struct sockaddr *)&to, sizeof to) == 0);
    CHECK(bind(second, (struct sockaddr *)&from, sizeof from) == 0);
    FAILS(connect(second, (struct sockaddr *)&to, sizeof to), EADDRNOTAVAIL);
    CHECK(send(first, "x", 1, 0) == 1 && recv(first, in, 1, 0) == 1);
    CHECK(close(first) == 0 && close(second) == 0);
}

static void tried_again_and_again(void)
{
    char in[1];
    int s = echo_connect(0);

    CHECK(send(s, "x", 1, 0) == 1);
    while (recv(s, in, 1, MSG_DONTWAIT) != 1)
        CHECK(errno == EAGAIN);
    CHECK(close(s) == 0);
}

static void nothing_is_sent(void)
{
    int s = echo_connect(0);
    struct pollfd polled = {s, POLLOUT, 0};

    CHECK(send(s, "", 0, 0) == 0);
    CHECK(poll(&polled, 1, 0) == 1 && polled.revents == POLLOUT);
    CHECK(close(s) == 0);
}

static void longest_wait(void)
{
    int s = echo_connect(0);
    struct pollfd polled = {s, POLLIN, 0};
    struct timespec forever = {.tv_sec = 1ll << 62};

    CHECK(send(s, "x", 1, 0) == 1);
    CHECK(ppoll(&polled, 1, &forever, NULL) == 1);
    CHECK(close(s) == 0);
}

static void descriptors(void)
{
    char in[4];
    int bytes = 0, s = echo_connect(0), copy = dup(s);

    CHECK(copy == s + 1);
    CHECK(close(s) == 0);
    CHECK(write(copy, "xy", 2) == 2);
    CHECK(dup2(copy, s) == s && close(copy) == 0);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(s, &readable);
    CHECK(select(s + 1, &readable, NULL, NULL, NULL) == 1 && FD_ISSET(s, &readable));
    CHECK(ioctl(s, FIONREAD, &bytes) == 0 && bytes >= 1);
    CHECK(fcntl(s, F_SETFL, O_NONBLOCK) == 0 && fcntl(s, F_GETFL) == (O_RDWR | O_NONBLOCK));
    CHECK(read(s, in, sizeof in) > 0);
    CHECK(close(s) == 0);
}

static void refusals(void)
{
    struct sockaddr_in nobody = address("10.0.2.2", 9), everybody = address("255.255.255.255", 9);
    struct sockaddr_in portless = address("10.0.2.2", 0);
    int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t length = sizeof one;

    FAILS(listen(s, 1), EINVAL); // not bound
    FAILS(accept(s, NULL, NULL), EINVAL);
    FAILS(getpeername(s, (struct sockaddr *)&nobody, &length), ENOTCONN);
    FAILS(connect(s, (struct sockaddr *)&nobody, sizeof nobody), ECONNREFUSED);
    CHECK(close(s) == 0);

    s = socket(AF_INET, SOCK_DGRAM, 0);
    FAILS(send(s, "x", 1, 0), EDESTADDRREQ);
    FAILS(sendto(s, "x", 1, 0, (struct sockaddr *)&portless, sizeof portless), EINVAL);
    FAILS(sendto(s, "x", 1, 0, (struct sockaddr *)&everybody, sizeof everybody), EACCES);
    CHECK(setsockopt(s, SOL_SOCKET, SO_BROADCAST, &one, sizeof one) == 0);
    CHECK(sendto(s, "x", 1, 0, (struct sockaddr *)&everybody, sizeof everybody) == 1);
    FAILS(listen(s, 1), EOPNOTSUPP);
    FAILS(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), ENOPROTOOPT);
    CHECK(close(s) == 0);
    FAILS(socket(AF_UNIX, SOCK_STREAM, 0), EAFNOSUPPORT);
    FAILS(bind(1, (struct sockaddr *)&nobody, sizeof nobody), ENOTSOCK);
    FAILS(bind(99, (struct sockaddr *)&nobody, sizeof nobody), EBADF);
}

// Faster than any NIC, and without ever waiting: a call that may block does, and nothing is
// refused.
static void datagrams_in_a_burst(void)
{
    enum { SMALL = 4000, LARGE = 100 };
    static char data[60000];
    struct sockaddr_in to = address("10.0.2.2", 9);
    int s = socket(AF_INET, SOCK_DGRAM, 0);

    CHECK(connect(s, (struct sockaddr *)&to, sizeof to) == 0);
    for (int i = 0; i < SMALL; i++)
        CHECK(send(s, data, 100, 0) == 100);
    for (int i = 0; i < LARGE; i++)
        CHECK(send(s, data, sizeof data, 0) == sizeof data);
    CHECK(close(s) == 0);
}

static void two_listeners_on_one_port(void)
{
    struct sockaddr_in any = address("0.0.0.0", 80);
    int first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0);

    CHECK(bind(first, (struct sockaddr *)&any, sizeof any) == 0 && listen(first, 5) == 0);
    CHECK(bind(second, (struct sockaddr *)&any, sizeof any) == -1 || listen(second, 5) == -1);
    CHECK(errno == EADDRINUSE);
    CHECK(close(first) == 0 && close(second) == 0);
    first = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(bind(first, (struct sockaddr *)&any, sizeof any) == 0 && listen(first, 5) == 0);
    FAILS(accept(first, NULL, NULL), EAGAIN);
    CHECK(close(first) == 0);
}

int main(void)
{
    blocking_stream();
    bulk_both_ways();
    epoll_triggers();
    epoll_of_epolls();
    two_connections_from_one_port();
    tried_again_and_again();
    nothing_is_sent();
    longest_wait();
    descriptors();
    refusals();
    datagrams_in_a_burst();
    two_listeners_on_one_port();
    puts("sockets do as they should");
    return 0;
}
