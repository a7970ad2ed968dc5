/* init: process 1 of the Linux microVM. It does what a payload needs and no more: loads the modules
 * of network device and power button, gives the first the address of the kernel command line, runs
 * the payload, stops it at the second, and ends the machine with its status.
 *
 *   ip=10.0.0.2/24 gw=10.0.0.1 -- --port 80
 *
 * as the unikernel has it. The kernel hands to process 1 what it does not know itself: options with
 * a value as environment, words as arguments, and then what follows `--`.
 * SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define INTERFACE "eth0"

// Linux's interface to input devices (linux/input.h), whose headers musl does not come with.
struct input_event {
    struct timeval time;
    unsigned short type, code;
    int value;
};

enum {
    EV_KEY = 1,
    KEY_POWER = 116,
    DEBUG_EXIT_PORT = 0xf4,    // QEMU's isa-debug-exit ends with (status << 1) | 1
    FAILED = 127,              // our own failures, as a shell reports a command it cannot run
    DESCRIPTORS_MAX = 1 << 20, // the kernel gives process 1 no more than 4096
    INPUTS = 4,                // on q35 and pc one is the keyboard
};

static __attribute__((noreturn)) void machine_exit(int status)
{
    if (ioperm(DEBUG_EXIT_PORT, 1, 1) == 0)
        outb((unsigned char)status, DEBUG_EXIT_PORT);
    reboot(RB_POWER_OFF);
    reboot(RB_AUTOBOOT); // where nothing can cut the power
    for (;;)
        pause();
}

static __attribute__((noreturn)) void fail(const char *what, const char *which)
{
    printf("init: %s %s: %s\n", what, which, strerror(errno));
    machine_exit(FAILED);
}

// /modules holds one path a line, each after those it depends on.
static void load_modules(void)
{
    FILE *list = fopen("/modules", "r");
    if (list == NULL)
        fail("cannot read", "/modules");
    char path[256];
    while (fgets(path, sizeof path, list)) {
        path[strcspn(path, "\n")] = '\0';
        int module = open(path, O_RDONLY);
        if (module < 0 || syscall(SYS_finit_module, module, "", 0) < 0)
            fail("cannot load", path);
        close(module);
    }
    fclose(list);
}

static void control(int fd, unsigned long request, void *argument, const char *what)
{
    if (ioctl(fd, (int)request, argument) < 0)
        fail("cannot set on " INTERFACE, what);
}

static struct sockaddr *ipv4(struct sockaddr *place, in_addr_t address)
{
    struct sockaddr_in *in = (struct sockaddr_in *)place;
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = address;
    return place;
}

static in_addr_t parse_address(const char *option, const char *text)
{
    struct in_addr address;
    errno = EINVAL;
    if (inet_pton(AF_INET, text, &address) != 1)
        fail(option, text);
    return address.s_addr;
}

// Takes the "/24" off ip=10.0.0.2/24 and returns it as a mask.
static in_addr_t parse_mask(char *ip)
{
    char *slash = strchr(ip, '/');
    int bits = slash ? atoi(slash + 1) : 0;
    errno = EINVAL;
    if (bits < 1 || bits > 32)
        fail("ip= wants ADDRESS/PREFIX, not", ip);
    *slash = '\0';
    return htonl(0xffffffffU << (32 - bits));
}

static void configure_interface(int fd, char *ip)
{
    struct ifreq interface = {.ifr_name = INTERFACE};
    in_addr_t mask = parse_mask(ip);
    ipv4(&interface.ifr_addr, parse_address("ip=", ip));
    control(fd, SIOCSIFADDR, &interface, "address");
    ipv4(&interface.ifr_netmask, mask);
    control(fd, SIOCSIFNETMASK, &interface, "mask");
    interface.ifr_flags = IFF_UP | IFF_RUNNING;
    control(fd, SIOCSIFFLAGS, &interface, "up");
}

static void configure_gateway(int fd, const char *gateway)
{
    struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
    ipv4(&route.rt_dst, INADDR_ANY);
    ipv4(&route.rt_genmask, INADDR_ANY);
    ipv4(&route.rt_gateway, parse_address("gw=", gateway));
    control(fd, SIOCADDRT, &route, "gateway");
}

static void configure_network(void)
{
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    char *ip = getenv("ip");
    char *gateway = getenv("gw");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("cannot open", "a socket");
    control(fd, SIOCSIFFLAGS, &loopback, "loopback");
    errno = EINVAL;
    if (ip == NULL)
        fail("the kernel command line lacks", "ip=ADDRESS/PREFIX");
    configure_interface(fd, ip);
    if (gateway)
        configure_gateway(fd, gateway);
    close(fd);
}

// /payload is a link to the payload, whose name becomes argv[0] as everywhere.
static __attribute__((noreturn)) void run_payload(char **argv)
{
    struct rlimit files = {DESCRIPTORS_MAX, DESCRIPTORS_MAX};
    setrlimit(RLIMIT_NOFILE, &files);
    static char name[64]; // zero-filled, so that what readlink writes ends
    if (readlink("/payload", name, sizeof name - 1) < 0)
        fail("cannot read", "/payload");
    argv[0] = name;
    execv("/payload", argv);
    fail("cannot run", name);
}

// The power button is a key of an input device.
static int button_pressed(int input)
{
    struct input_event event;
    return read(input, &event, sizeof event) == sizeof event && event.type == EV_KEY &&
           event.code == KEY_POWER && event.value == 1;
}

// Has the payload ended at the button as a container's is: by SIGTERM. Where no input is, it ends.
static void watch_power_button(pid_t payload)
{
    struct pollfd inputs[INPUTS];
    char path[32];
    int count = 0;
    while (count < INPUTS) {
        snprintf(path, sizeof path, "/dev/input/event%d", count);
        int fd = open(path, O_RDONLY);
        if (fd < 0)
            break;
        inputs[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    while (count > 0 && poll(inputs, (nfds_t)count, -1) > 0)
        for (int i = 0; i < count; i++)
            if (inputs[i].revents && button_pressed(inputs[i].fd))
                kill(payload, SIGTERM);
}

// The status as a shell gives it. Process 1 is also the parent of every orphan.
static int wait_for(pid_t child)
{
    for (;;) {
        int status;
        pid_t ended = wait(&status);
        if (ended == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    setvbuf(stdout, NULL, _IOLBF, 0);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    mount("proc", "/proc", "proc", 0, NULL);
    load_modules();
    configure_network();
    pid_t child = fork();
    if (child == 0)
        run_payload(argv);
    if (child < 0)
        fail("cannot fork for", "/payload");
    if (fork() == 0) {
        watch_power_button(child);
        _exit(0);
    }
    machine_exit(wait_for(child));
}
