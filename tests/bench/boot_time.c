/* The time from exec to the first HTTP 200 beside its floor, the time from exec to the first byte
 * of a machine that only prints a line; and QEMU's resident set at either moment.
 *
 * Both machines are the same microvm with the same NIC, in turn, as often as is said. The NIC is
 * a tap in a network namespace of our own; the guest's address is a static neighbour entry, and a
 * connection is begun every millisecond.
 *
 * Usage: boot_time FLOOR.elf WEB.elf ROUNDS [MEMORY_MIB]; a line for each round:
 *     floor ms, its resident KiB, first 200 ms, its resident KiB
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
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LINK          "boot0"
#define HOST_ADDRESS  "10.99.0.1"
#define GUEST_ADDRESS "10.99.0.2"
#define GUEST_MAC     "52:54:00:12:34:56"

enum { ATTEMPTS = 64, PATIENCE_MS = 10000 };

struct machine {
    pid_t pid;
    int console;
    double start_ms;
};

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

static struct sockaddr_in address_of(const char *text, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, text, &address.sin_addr);
    return address;
}

static void link_address_set(int control, unsigned long request, const char *text)
{
    struct ifreq link = {.ifr_name = LINK};
    struct sockaddr_in address = address_of(text, 0);
    memcpy(&link.ifr_addr, &address, sizeof address);
    if (ioctl(control, request, &link) < 0)
        die("the tap's address");
}

static void neighbour_set(int control)
{
    struct arpreq neighbour = {.arp_flags = ATF_PERM | ATF_COM, .arp_dev = LINK};
    struct sockaddr_in address = address_of(GUEST_ADDRESS, 0);
    unsigned char *mac = (unsigned char *)neighbour.arp_ha.sa_data;
    memcpy(&neighbour.arp_pa, &address, sizeof address);
    neighbour.arp_ha.sa_family = ARPHRD_ETHER;
    sscanf(GUEST_MAC, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4,
           mac + 5);
    if (ioctl(control, SIOCSARP, &neighbour) < 0)
        die("the neighbour entry");
}

static int tap_open(void)
{
    struct ifreq link = {.ifr_name = LINK, .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    int tap = open("/dev/net/tun", O_RDWR), control = socket(AF_INET, SOCK_DGRAM, 0);
    if (tap < 0 || control < 0 || ioctl(tap, TUNSETIFF, &link) < 0)
        die("/dev/net/tun");
    link_address_set(control, SIOCSIFADDR, HOST_ADDRESS);
    link_address_set(control, SIOCSIFNETMASK, "255.255.255.0");
    link.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &link) < 0)
        die("the tap");
    neighbour_set(control);
    close(control);
    return tap;
}

static struct machine machine_start(const char *kernel, const char *memory_mib, int tap)
{
    char netdev[32];
    int console[2];
    struct machine machine;
    snprintf(netdev, sizeof netdev, "tap,id=n0,fd=%d", tap);
    if (pipe2(console, O_CLOEXEC) < 0)
        die("pipe");
    machine.start_ms = now_ms();
    machine.pid = fork();
    if (machine.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(console[1], STDOUT_FILENO);
        execlp("qemu-system-x86_64", "qemu-system-x86_64", "-nodefaults", "-no-user-config",
               "-no-reboot", "-display", "none", "-M", "microvm", "-cpu", "max", "-m", memory_mib,
               "-netdev", netdev, "-device", "virtio-net-device,netdev=n0,mac=" GUEST_MAC,
               "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=1", "-kernel",
               kernel, "-append", "ip=" GUEST_ADDRESS "/24 --", NULL);
        _exit(127);
    }
    if (machine.pid < 0)
        die("fork");
    close(console[1]);
    machine.console = console[0];
    return machine;
}

static void machine_end(struct machine *machine)
{
    kill(machine->pid, SIGKILL);
    waitpid(machine->pid, NULL, 0);
    close(machine->console);
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

static bool first_byte(const struct machine *machine)
{
    struct pollfd console = {.fd = machine->console, .events = POLLIN};
    char byte;
    return poll(&console, 1, PATIENCE_MS) == 1 && read(machine->console, &byte, 1) == 1;
}

static int attempt_begin(void)
{
    const struct sockaddr_in guest = address_of(GUEST_ADDRESS, 80);
    const struct linger reset = {.l_onoff = 1};
    int attempt = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(attempt, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    connect(attempt, (const struct sockaddr *)&guest, sizeof guest);
    return attempt;
}

/* One connection goes on; true when it has its 200. */
static bool attempt_proceed(struct pollfd *attempt)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: guest\r\n\r\n", good[] = "HTTP/1.1 200";
    char answer[64];
    if (attempt->revents & POLLERR) {
        close(attempt->fd);
        attempt->fd = -1;
    } else if (attempt->events == POLLOUT) {
        attempt->events = POLLIN;
        if (send(attempt->fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
            attempt->events = 0;
    } else {
        return recv(attempt->fd, answer, sizeof answer, 0) >= (ssize_t)sizeof good - 1 &&
               memcmp(answer, good, sizeof good - 1) == 0;
    }
    return false;
}

/* The oldest of the attempts makes way for each new one. */
static bool first_200(void)
{
    struct pollfd attempts[ATTEMPTS];
    bool answered = false;
    double begun_ms = 0, end_ms = now_ms() + PATIENCE_MS;
    unsigned next = 0;
    for (int i = 0; i < ATTEMPTS; i++)
        attempts[i].fd = -1;
    while (!answered && now_ms() < end_ms) {
        if (now_ms() - begun_ms >= 1) {
            struct pollfd *attempt = &attempts[next++ % ATTEMPTS];
            if (attempt->fd >= 0)
                close(attempt->fd);
            *attempt = (struct pollfd){.fd = attempt_begin(), .events = POLLOUT};
            begun_ms = now_ms();
        }
        const struct timespec tick = {.tv_nsec = 200000};
        if (ppoll(attempts, ATTEMPTS, &tick, NULL) <= 0)
            continue;
        for (int i = 0; i < ATTEMPTS && !answered; i++)
            if (attempts[i].fd >= 0 && attempts[i].revents)
                answered = attempt_proceed(&attempts[i]);
    }
    for (int i = 0; i < ATTEMPTS; i++)
        if (attempts[i].fd >= 0)
            close(attempts[i].fd);
    return answered;
}

static void measure(const char *kernel, const char *memory_mib, bool is_floor)
{
    int tap = tap_open();
    struct machine machine = machine_start(kernel, memory_mib, tap);
    bool good = is_floor ? first_byte(&machine) : first_200();
    double ms = now_ms() - machine.start_ms;
    printf("%.1f %ld%c", ms, resident_kib(machine.pid), is_floor ? ' ' : '\n');
    machine_end(&machine);
    close(tap);
    if (!good) {
        fprintf(stderr, "boot_time: %s said nothing in %d ms\n", kernel, PATIENCE_MS);
        exit(4);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: boot_time FLOOR.elf WEB.elf ROUNDS [MEMORY_MIB]\n");
        return 2;
    }
    namespace_enter();
    for (long round = strtol(argv[3], NULL, 10); round > 0; round--) {
        measure(argv[1], argc > 4 ? argv[4] : "256", true);
        measure(argv[2], argc > 4 ? argv[4] : "256", false);
        fflush(stdout);
    }
    return 0;
}
