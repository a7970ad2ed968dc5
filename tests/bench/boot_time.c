/* The time from exec to the first HTTP 200 beside its floor, the time from exec to the first byte
 * of a machine that only prints a line; and QEMU's resident set at either moment. Of several
 * machines started together, the time from the first exec until the last of them has come so far.
 *
 * Both machines are the same microvm with the same NIC, in turn, as often as is said. The NIC is
 * a tap in a network namespace of our own; the guest's address is a static neighbour entry, and a
 * connection is begun every millisecond, at one machine after another.
 *
 * Usage: boot_time FLOOR.elf WEB.elf ROUNDS [MEMORY_MIB [MACHINES]]; a line for each round:
 *     floor ms, resident KiB of one, first 200 ms, resident KiB of one
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GUEST_MAC "52:54:00:12:34:56"

enum { ATTEMPTS = 64, PATIENCE_MS = 20000, MACHINES_MAX = 16 };

/* Each has a tap, and behind it a network of its own: 10.99.NUMBER.1 is ours, .2 the guest's. */
struct machine {
    int number;
    int tap;
    pid_t pid;
    int console;
    bool done;
    double begun_ms; /* the last attempt */
    unsigned next;
    struct attempt {
        struct machine *machine;
        int fd; /* -1: none */
        bool asked;
    } attempts[ATTEMPTS];
};

static struct machine machines[MACHINES_MAX];
static int machine_count = 1;
static int epoll; /* of the attempts of all: looking at each of hundreds took a tenth of the time */

static void die(const char *what)
{
    fprintf(stderr, "boot_time: %s: %s\n", what, strerror(errno));
    exit(4);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* A namespace in which nothing is but the tap. */
static void namespace_enter(void)
{
    char ours[64] = "", before[64] = "";
    if (readlink("/proc/self/ns/net", before, sizeof before - 1) < 0 || unshare(CLONE_NEWNET) < 0 ||
        readlink("/proc/self/ns/net", ours, sizeof ours - 1) < 0)
        die("a network namespace (root is needed)");
    if (strcmp(before, ours) == 0) {
        fprintf(stderr, "boot_time: still in the host's network namespace\n");
        exit(4);
    }
}

static struct sockaddr_in address_of(const struct machine *machine, unsigned host, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(10u << 24 | 99u << 16 | (unsigned)machine->number << 8 | host);
    return address;
}

static struct ifreq link_of(const struct machine *machine)
{
    struct ifreq link = {0};
    snprintf(link.ifr_name, sizeof link.ifr_name, "boot%d", machine->number);
    return link;
}

static void link_address_set(const struct machine *machine, int control, unsigned long request,
                             struct sockaddr_in address)
{
    struct ifreq link = link_of(machine);
    memcpy(&link.ifr_addr, &address, sizeof address);
    if (ioctl(control, request, &link) < 0)
        die("the tap's address");
}

static void neighbour_set(const struct machine *machine, int control)
{
    struct arpreq neighbour = {.arp_flags = ATF_PERM | ATF_COM};
    struct sockaddr_in address = address_of(machine, 2, 0);
    snprintf(neighbour.arp_dev, sizeof neighbour.arp_dev, "boot%d", machine->number);
    unsigned char *mac = (unsigned char *)neighbour.arp_ha.sa_data;
    memcpy(&neighbour.arp_pa, &address, sizeof address);
    neighbour.arp_ha.sa_family = ARPHRD_ETHER;
    sscanf(GUEST_MAC, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4,
           mac + 5);
    if (ioctl(control, SIOCSARP, &neighbour) < 0)
        die("the neighbour entry");
}

static void tap_open(struct machine *machine)
{
    struct sockaddr_in netmask = {.sin_family = AF_INET, .sin_addr = {htonl(0xffffff00)}};
    struct ifreq link = link_of(machine);
    int control = socket(AF_INET, SOCK_DGRAM, 0);
    link.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
    machine->tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (machine->tap < 0 || control < 0 || ioctl(machine->tap, TUNSETIFF, &link) < 0)
        die("/dev/net/tun");
    link_address_set(machine, control, SIOCSIFADDR, address_of(machine, 1, 0));
    link_address_set(machine, control, SIOCSIFNETMASK, netmask);
    link.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &link) < 0)
        die("the tap");
    neighbour_set(machine, control);
    close(control);
}

static void machine_start(struct machine *machine, const char *kernel, const char *memory_mib)
{
    char netdev[32], command_line[32];
    int console[2];
    snprintf(netdev, sizeof netdev, "tap,id=n0,fd=%d", machine->tap);
    snprintf(command_line, sizeof command_line, "ip=10.99.%d.2/24 --", machine->number);
    if (pipe2(console, O_CLOEXEC) < 0)
        die("pipe");
    machine->pid = fork();
    if (machine->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(console[1], STDOUT_FILENO);
        fcntl(machine->tap, F_SETFD, 0);
        execlp("qemu-system-x86_64", "qemu-system-x86_64", "-nodefaults", "-no-user-config",
               "-no-reboot", "-display", "none", "-M", "microvm", "-cpu", "max", "-m", memory_mib,
               "-netdev", netdev, "-device", "virtio-net-device,netdev=n0,mac=" GUEST_MAC,
               "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=1", "-kernel",
               kernel, "-append", command_line, NULL);
        _exit(127);
    }
    if (machine->pid < 0)
        die("fork");
    close(console[1]);
    machine->console = console[0];
}

static void machine_end(struct machine *machine)
{
    kill(machine->pid, SIGKILL);
    waitpid(machine->pid, NULL, 0);
    close(machine->console);
    close(machine->tap);
}

static long resident_kib(pid_t pid)
{
    char path[64], line[128];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "r");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    if (status)
        fclose(status);
    return kib;
}

/* Of all machines. */
static bool first_bytes(void)
{
    char byte;
    for (int i = 0; i < machine_count; i++) {
        struct pollfd console = {.fd = machines[i].console, .events = POLLIN};
        if (poll(&console, 1, PATIENCE_MS) != 1 || read(console.fd, &byte, 1) != 1)
            return false;
    }
    return true;
}

static void attempt_end(struct attempt *attempt)
{
    if (attempt->fd >= 0)
        close(attempt->fd);
    attempt->fd = -1;
}

static void attempt_begin(struct attempt *attempt)
{
    const struct sockaddr_in guest = address_of(attempt->machine, 2, 80);
    const struct linger reset = {.l_onoff = 1};
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = attempt};
    attempt->asked = false;
    attempt->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(attempt->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    connect(attempt->fd, (const struct sockaddr *)&guest, sizeof guest);
    epoll_ctl(epoll, EPOLL_CTL_ADD, attempt->fd, &event);
}

/* One connection goes on; true when it has its 200. */
static bool attempt_proceed(struct attempt *attempt, uint32_t events)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: guest\r\n\r\n", good[] = "HTTP/1.1 200";
    struct epoll_event answered = {.events = EPOLLIN, .data.ptr = attempt};
    char answer[64];
    if (attempt->asked)
        return recv(attempt->fd, answer, sizeof answer, 0) >= (ssize_t)sizeof good - 1 &&
               memcmp(answer, good, sizeof good - 1) == 0;
    attempt->asked = true;
    if ((events & EPOLLERR) || send(attempt->fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0 ||
        epoll_ctl(epoll, EPOLL_CTL_MOD, attempt->fd, &answered) < 0)
        attempt_end(attempt);
    return false;
}

/* The oldest of its attempts makes way for the new one. */
static void attempt_due(struct machine *machine)
{
    struct attempt *attempt = &machine->attempts[machine->next % ATTEMPTS];
    if (machine->done || now_ms() - machine->begun_ms < machine_count)
        return;
    machine->next++;
    attempt_end(attempt);
    attempt_begin(attempt);
    machine->begun_ms = now_ms();
}

static void attempts_end(struct machine *machine)
{
    for (int i = 0; i < ATTEMPTS; i++)
        attempt_end(&machine->attempts[i]);
}

/* Waits a little for the attempts. Returns how many machines have answered. */
static int look(void)
{
    enum { EVENTS = 64 };
    const struct timespec tick = {.tv_nsec = 200000};
    struct epoll_event events[EVENTS];
    int done = 0, count = epoll_pwait2(epoll, events, EVENTS, &tick, NULL);
    for (int i = 0; i < count; i++) {
        struct attempt *attempt = events[i].data.ptr;
        if (attempt->fd < 0 || !attempt_proceed(attempt, events[i].events))
            continue;
        attempt->machine->done = true;
        attempts_end(attempt->machine);
        done++;
    }
    return done;
}

/* Of all machines. */
static bool first_200s(void)
{
    double end_ms = now_ms() + PATIENCE_MS;
    int done = 0;
    while (done < machine_count && now_ms() < end_ms) {
        for (int i = 0; i < machine_count; i++)
            attempt_due(&machines[i]);
        done += look();
    }
    for (int i = 0; i < machine_count; i++)
        attempts_end(&machines[i]);
    return done == machine_count;
}

static void measure(const char *kernel, const char *memory_mib, bool is_floor)
{
    for (int i = 0; i < machine_count; i++) {
        machines[i] = (struct machine){.number = i};
        for (int a = 0; a < ATTEMPTS; a++)
            machines[i].attempts[a] = (struct attempt){.machine = &machines[i], .fd = -1};
        tap_open(&machines[i]);
    }
    double start_ms = now_ms();
    for (int i = 0; i < machine_count; i++)
        machine_start(&machines[i], kernel, memory_mib);
    bool good = is_floor ? first_bytes() : first_200s();
    printf("%.1f %ld%c", now_ms() - start_ms, resident_kib(machines[0].pid), is_floor ? ' ' : '\n');
    for (int i = 0; i < machine_count; i++)
        machine_end(&machines[i]);
    if (!good) {
        fprintf(stderr, "boot_time: %s said nothing in %d ms\n", kernel, PATIENCE_MS);
        exit(4);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: boot_time FLOOR.elf WEB.elf ROUNDS [MEMORY_MIB [MACHINES]]\n");
        return 2;
    }
    if (argc > 5)
        machine_count = (int)strtol(argv[5], NULL, 10);
    if (machine_count < 1 || machine_count > MACHINES_MAX) {
        fprintf(stderr, "boot_time: 1 to %d machines\n", MACHINES_MAX);
        return 2;
    }
    epoll = epoll_create1(EPOLL_CLOEXEC);
    namespace_enter();
    for (long round = strtol(argv[3], NULL, 10); round > 0; round--) {
        measure(argv[1], argc > 4 ? argv[4] : "256", true);
        measure(argv[2], argc > 4 ? argv[4] : "256", false);
        fflush(stdout);
    }
    return 0;
}
