/* A guest on a wire of its own (wire.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"

#define CONSOLE_BYTES    65536
#define PCAP_FILE_HEADER 24

/* A record of filter-dump's stream; the machine's own byte order. */
struct pcap_record {
    uint32_t seconds, microseconds, captured, length;
};

static struct {
    pid_t qemu;
    int frames;  /* to the guest's NIC */
    int dump;    /* what passed on the wire */
    int console; /* -1: the guest has ended */
    char folder[64], fifo[80];
    uint8_t in[256 * 1024]; /* of dump */
    size_t in_start, in_end;
    char text[CONSOLE_BYTES];
    size_t text_bytes;
} wire = {.console = -1};

static void die(const char *what)
{
    fprintf(stderr, "packet: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static _Noreturn void become_qemu(const char *image, const char *command_line, bool virtual_clock,
                                  int nic, int console)
{
    char netdev[64], dump[128];
    const char *argv[32] = {
        "qemu-system-x86_64",
        "-M",
        "microvm",
        "-cpu",
        "max",
        "-m",
        "64",
        "-nodefaults",
        "-no-reboot",
        "-display",
        "none",
        "-serial",
        "stdio",
        "-netdev",
        netdev,
        "-device",
        "virtio-net-device,netdev=n",
        "-object",
        dump,
        "-kernel",
        image,
        "-append",
        command_line,
    };
    size_t count = 23;

    if (virtual_clock) {
        argv[count++] = "-icount";
        argv[count++] = "shift=0,sleep=off";
    }
    snprintf(netdev, sizeof netdev, "dgram,id=n,local.type=fd,local.str=%d", nic);
    snprintf(dump, sizeof dump, "filter-dump,id=d,netdev=n,file=%s", wire.fifo);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(console, 1) < 0 || dup2(console, 2) < 0)
        die("dup2");
    execvp(argv[0], (char **)argv);
    die(argv[0]);
    abort();
}

void wire_open(const char *image, const char *command_line, bool virtual_clock)
{
    int nic[2], console[2], room = 1 << 20;

    strcpy(wire.folder, "/tmp/packet-XXXXXX");
    if (!mkdtemp(wire.folder))
        die(wire.folder);
    snprintf(wire.fifo, sizeof wire.fifo, "%s/frames", wire.folder);
    if (mkfifo(wire.fifo, 0600) < 0)
        die(wire.fifo);
    wire.dump = open(wire.fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC); /* both: it never ends */
    if (wire.dump < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, nic) < 0 || pipe(console) < 0)
        die("socketpair");
    fcntl(wire.dump, F_SETPIPE_SZ, room); /* for what passes while a script sends many */
    setsockopt(nic[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    wire.qemu = fork();
    if (wire.qemu < 0)
        die("fork");
    if (wire.qemu == 0)
        become_qemu(image, command_line, virtual_clock, nic[1], console[1]);
    close(nic[1]);
    close(console[1]);
    wire.frames = nic[0];
    wire.console = console[0];
    fcntl(wire.console, F_SETFL, O_NONBLOCK);
}

void wire_send(void *unused, const uint8_t *frame, size_t length)
{
    (void)unused;
    if (write(wire.frames, frame, length) != (ssize_t)length)
        die("a frame to the guest");
}

static void console_read(void)
{
    char rest[256];
    bool full = wire.text_bytes + 1 >= CONSOLE_BYTES;
    ssize_t got =
        full ? read(wire.console, rest, sizeof rest)
             : read(wire.console, wire.text + wire.text_bytes, CONSOLE_BYTES - 1 - wire.text_bytes);

    if (got > 0 && !full)
        wire.text_bytes += (size_t)got;
    else if (got == 0) {
        close(wire.console);
        wire.console = -1;
    }
}

/* QEMU's side of the socket pair: the same frames as in the dump, of no interest here. */
static void frames_drain(void)
{
    uint8_t frame[2048];

    while (recv(wire.frames, frame, sizeof frame, MSG_DONTWAIT) > 0)
        ;
}

static void dump_read(void)
{
    if (wire.in_start > 0) {
        memmove(wire.in, wire.in + wire.in_start, wire.in_end - wire.in_start);
        wire.in_end -= wire.in_start;
        wire.in_start = 0;
    }
    ssize_t got = read(wire.dump, wire.in + wire.in_end, sizeof wire.in - wire.in_end);
    if (got > 0)
        wire.in_end += (size_t)got;
}

/* Waits for QEMU to say something, and takes it. False: not in time, or never again. */
static bool wire_listen(int64_t until_ms)
{
    struct pollfd polled[3] = {
        {wire.dump, POLLIN, 0}, {wire.frames, POLLIN, 0}, {wire.console, POLLIN, 0}};
    int64_t left = until_ms - now_ms();

    if (poll(polled, 3, left < 0 ? 0 : (int)left) <= 0)
        return false;
    if (polled[0].revents)
        dump_read();
    if (polled[1].revents & POLLIN)
        frames_drain();
    if (polled[2].revents)
        console_read();
    return wire.console >= 0;
}

/* The next whole record behind what was handed out. */
static bool record_take(struct wire_frame *frame)
{
    static bool past_header;
    struct pcap_record record;

    if (!past_header && wire.in_end >= PCAP_FILE_HEADER) {
        wire.in_start = PCAP_FILE_HEADER;
        past_header = true;
    }
    if (!past_header || wire.in_end - wire.in_start < sizeof record)
        return false;
    memcpy(&record, wire.in + wire.in_start, sizeof record);
    if (wire.in_end - wire.in_start - sizeof record < record.captured)
        return false;
    frame->time_us = record.seconds * 1000000ull + record.microseconds;
    frame->bytes = wire.in + wire.in_start + sizeof record;
    frame->length = record.captured;
    wire.in_start += sizeof record + record.captured;
    return true;
}

bool wire_receive(struct wire_frame *frame, int patience_ms)
{
    int64_t until_ms = now_ms() + patience_ms;

    for (;;) {
        while (record_take(frame))
            if (frame->length >= 12 && !frame_is_ours(frame->bytes))
                return true;
        if (!wire_listen(until_ms))
            return false;
    }
}

bool wire_console_shows(const char *text, int patience_ms)
{
    int64_t until_ms = now_ms() + patience_ms;

    while (!strstr(wire.text, text))
        if (!wire_listen(until_ms))
            return strstr(wire.text, text) != NULL;
    return true;
}

const char *wire_console(void)
{
    return wire.text;
}

bool wire_guest_lives(void)
{
    return wire.console >= 0;
}

void wire_close(void)
{
    if (wire.qemu > 0) {
        kill(wire.qemu, SIGKILL);
        waitpid(wire.qemu, NULL, 0);
        wire.qemu = 0;
    }
    unlink(wire.fifo);
    rmdir(wire.folder);
}
