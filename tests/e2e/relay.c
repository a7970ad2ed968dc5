/* relay: a bad wire between a tap and a guest, made again from its seed.
 *
 * Of the frames in either direction PERCENT are lost, as many arrive twice, and as many are late:
 * let past by up to LATE_MAX others, or by LATE_MS of silence. COMMAND is the guest, which finds
 * its end of the wire at descriptor 3 (QEMU: -netdev dgram,id=n,local.type=fd,local.str=3). Ends
 * with it, or when told to, and says what it has done.
 *
 * Usage: relay TAP PERCENT SEED COMMAND...     (in a network namespace of one's own: else refused)
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAME_BYTES 2048
#define GUEST_FD    3
#define LATE_MAX    5
#define LATE_MS     5

/* One direction. */
struct way {
    int from, to;
    uint8_t late[FRAME_BYTES]; /* the frame held back */
    size_t late_bytes;         /* 0: none */
    unsigned late_for;         /* others that it still lets past */
    unsigned long frames, lost, twice, delayed;
};

static uint64_t state;
static double share;
static volatile sig_atomic_t ended;

static void die(const char *what)
{
    fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
    exit(2);
}

static uint64_t next_random(void) /* splitmix64 */
{
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static bool chance(void)
{
    return (double)(next_random() >> 11) < share * (double)(1ull << 53);
}

/* A full queue behind the wire loses frames as any does. */
static void pass(struct way *way, const uint8_t *frame, size_t bytes)
{
    if (write(way->to, frame, bytes) < 0 && errno != EAGAIN && errno != ENOBUFS &&
        errno != ECONNREFUSED && errno != EIO)
        die("write");
}

static void pass_late(struct way *way)
{
    if (way->late_bytes > 0)
        pass(way, way->late, way->late_bytes);
    way->late_bytes = 0;
}

static void carry(struct way *way, const uint8_t *frame, size_t bytes)
{
    way->frames++;
    if (chance()) {
        way->lost++;
    } else if (way->late_bytes == 0 && chance()) {
        way->delayed++;
        memcpy(way->late, frame, bytes);
        way->late_bytes = bytes;
        way->late_for = 1 + (unsigned)(next_random() % LATE_MAX);
    } else {
        pass(way, frame, bytes);
        if (chance()) {
            way->twice++;
            pass(way, frame, bytes);
        }
        if (way->late_bytes > 0 && --way->late_for == 0)
            pass_late(way);
    }
}

static void relay(struct way ways[2])
{
    while (!ended) {
        struct pollfd polled[2] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}};
        int ready = poll(polled, 2, LATE_MS);
        for (int i = 0; i < 2; i++) {
            uint8_t frame[FRAME_BYTES];
            ssize_t got = 0;
            if (ready > 0 && polled[i].revents)
                got = read(ways[i].from, frame, sizeof frame);
            if (got > 0)
                carry(&ways[i], frame, (size_t)got);
            if (ready == 0)
                pass_late(&ways[i]);
        }
    }
}

static int tap_open(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (tap < 0)
        die("/dev/net/tun");
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    if (ioctl(tap, TUNSETIFF, &request) < 0)
        die(name);
    return tap;
}

static void end(int number)
{
    (void)number;
    ended = 1;
}

static pid_t guest_start(char **command, int its_end)
{
    pid_t guest = fork();

    if (guest < 0)
        die("fork");
    if (guest > 0)
        return guest;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (its_end != GUEST_FD && dup2(its_end, GUEST_FD) < 0)
        die("dup2");
    fcntl(GUEST_FD, F_SETFD, 0);
    execvp(command[0], command);
    die(command[0]);
    return -1;
}

static void refuse_the_hosts_network(void)
{
    char own[64] = "", first[64] = "";

    if (readlink("/proc/self/ns/net", own, sizeof own - 1) < 0)
        die("/proc/self/ns/net");
    if (readlink("/proc/1/ns/net", first, sizeof first - 1) > 0 && strcmp(own, first) == 0) {
        fprintf(stderr, "relay: this is the host's network; run it under unshare -n\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = end};
    int pair[2], room = 1 << 20;

    if (argc < 5) {
        fprintf(stderr, "usage: relay TAP PERCENT SEED COMMAND...\n");
        return 2;
    }
    share = atof(argv[2]) / 100;
    state = strtoull(argv[3], NULL, 10);
    refuse_the_hosts_network();
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
        die("socketpair");
    for (int i = 0; i < 2; i++)
        setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    sigaction(SIGCHLD, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    pid_t guest = guest_start(argv + 4, pair[1]);
    close(pair[1]);

    int tap = tap_open(argv[1]);
    struct way ways[2] = {{.from = tap, .to = pair[0]}, {.from = pair[0], .to = tap}};
    relay(ways);
    kill(guest, SIGTERM);
    waitpid(guest, NULL, 0);
    for (int i = 0; i < 2; i++)
        printf("%s: %lu frames, %lu lost, %lu twice, %lu late\n",
               i ? "from the guest" : "to the guest", ways[i].frames, ways[i].lost, ways[i].twice,
               ways[i].delayed);
    return 0;
}
