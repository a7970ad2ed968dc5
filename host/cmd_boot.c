/* thrice boot PAYLOAD --in ENV: starts one, for people, reachable on loopback.
 *
 * Guests get QEMU's user network with a port forwarded; containers and bare processes live in a
 * network namespace of their own, behind a forwarder of ours. --bridge gives the studies' network
 * instead, which other load generators can be run in.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/accelerator.h"
#include "environment/backtrace.h"
#include "environment/domain_xml.h"
#include "environment/engine.h"
#include "environment/environment.h"
#include "environment/foreign.h"
#include "environment/forward.h"
#include "environment/isolation.h"
#include "environment/libvirt.h"
#include "environment/server.h"
#include "nearest.h"
#include "number.h"
#include "options.h"
#include "verb.h"

enum {
    ARGUMENTS_MAX = ARGV_MAX / 2,
    MEMORY_MIN_MIB = 2,
    MEMORY_MAX_MIB = 65536,
    DEFAULT_MEMORY_MIB = 256,
};

static const uint64_t PATIENCE_WITH_GDB_NS = 30 * 24 * 3600 * NS_PER_S;

struct boot {
    const struct payload *payload;
    const struct environment *environment;
    const struct foreign *guest; /* that is not ours, or NULL */
    const char *engine;          /* as given, or NULL */
    const char *machine;
    const char *accel;
    uint64_t memory_mib; /* 0: not said */
    uint64_t vcpus;
    uint64_t host_port; /* 0: any */
    const char *arguments[ARGUMENTS_MAX + 1];
    int argument_count;
    struct accelerator accelerator;
    bool uefi;
    bool trace;
    struct inspection inspection;
    const char *disk;         /* as given, or NULL */
    char disk_path[PATH_MAX]; /* the same, absolute */
    const char *stats;        /* seconds between two reports of counters, or NULL: none */
    bool via_libvirt;
    const char *connect; /* of libvirt, or NULL: one of our own */
    const char *name;    /* of the domain, or NULL */
    char domain[96];
    struct libvirt libvirt;
    bool bridge;  /* the studies' network, nothing on loopback */
    int listener; /* of a container or process; else -1 */
    struct qemu_forward forward;
};

enum {
    OPTION_IN = 256,
    OPTION_ENGINE,
    OPTION_PORT,
    OPTION_MACHINE,
    OPTION_FIRMWARE,
    OPTION_MEMORY,
    OPTION_VCPUS,
    OPTION_ACCEL,
    OPTION_BRIDGE,
    OPTION_GDB,
    OPTION_PCAP,
    OPTION_TRACE,
    OPTION_DISK,
    OPTION_STATS,
    OPTION_VIA,
    OPTION_CONNECT,
    OPTION_NAME,
    OPTION_GUEST,
};

static const struct argp_option options[] = {
    {"in", OPTION_IN, "ENV", 0, "Environment (unikernel)", 0},
    {"guest", OPTION_GUEST, "FILE", 0,
     "A guest that is not ours, described in FILE, instead of a payload", 0},
    {"engine", OPTION_ENGINE, "ENGINE", 0, "Of a container: who starts it (crun)", 0},
    {"via", OPTION_VIA, "WHO", 0,
     "Who starts a guest: qemu, by itself, or libvirt, as a transient domain (qemu)", 0},
    {"connect", OPTION_CONNECT, "URI", 0,
     "With --via libvirt: the libvirt to ask (one that thrice starts in its own namespaces)", 0},
    {"name", OPTION_NAME, "NAME", 0, "With --connect: of the domain (thrice-PAYLOAD-ENV)", 0},
    {"port", OPTION_PORT, "PORT", 0, "Port of 127.0.0.1 to reach it at (any that is free)", 0},
    {"machine", OPTION_MACHINE, "MACHINE", 0,
     "Of a guest: microvm, q35 or pc (microvm; of vm, q35)", 0},
    {"firmware", OPTION_FIRMWARE, "WHICH", 0,
     "Of the unikernel: none, or uefi, which boots its loader on q35 or pc (none)", 0},
    {"memory", OPTION_MEMORY, "MIB", 0, "Memory of the guest, limit of the container (256)", 0},
    {"vcpus", OPTION_VCPUS, "N", 0,
     "vCPUs of the guest, processors' worth of time of the container and the process (1)", 0},
    {"accel", OPTION_ACCEL, "WHICH", 0, "auto, kvm or tcg (auto)", 0},
    {"disk", OPTION_DISK, "FILE", 0,
     "File or block device that the payload `disk` works on: what is on it is lost", 0},
    {"bridge", OPTION_BRIDGE, NULL, 0,
     "The studies' network, in a namespace of its own, instead of a port of 127.0.0.1", 0},
    {"gdb", OPTION_GDB, NULL, 0,
     "Stop the unikernel before its first instruction, and say how to attach gdb", 0},
    {"trace", OPTION_TRACE, NULL, 0,
     "Boot the image that prints a line for each step a packet takes through the unikernel", 0},
    {"pcap", OPTION_PCAP, "FILE", 0, "Record what passes a guest's NIC, for tcpdump or Wireshark",
     0},
    {"stats", OPTION_STATS, "SECONDS", 0,
     "Have the unikernel print its counters on its console each so many seconds", 0},
    {0},
};

static int take_argument(struct boot *boot, const struct argp_state *state, const char *argument,
                         struct error *error)
{
    if (!boot->payload) {
        boot->payload = payload_find(argument, error);
        return boot->payload ? 0 : -1;
    }
    if (strcmp(state->argv[state->next - 1], "--") != 0 && boot->argument_count == 0 &&
        !state->quoted)
        return error_set(error, EXIT_USAGE,
                         "unexpected '%.40s' (the payload's own arguments go behind --)", argument);
    if (boot->argument_count == ARGUMENTS_MAX)
        return error_set(error, EXIT_USAGE, "more than %d arguments for the payload",
                         ARGUMENTS_MAX);
    boot->arguments[boot->argument_count++] = argument;
    return 0;
}

static int take_firmware(struct boot *boot, const char *name, struct error *error)
{
    static const char *const names[] = {"none", "uefi", NULL};
    boot->uefi = strcmp(name, "uefi") == 0;
    if (boot->uefi || strcmp(name, "none") == 0)
        return 0;
    return nearest_unknown(error, "firmware", name, names);
}

static int take_guest(struct boot *boot, const char *path, struct error *error)
{
    if (boot->guest || boot->payload)
        return error_set(error, EXIT_USAGE, "--guest %s: a payload or one guest, not both", path);
    boot->guest = foreign_add(path, error);
    if (!boot->guest)
        return -1;
    boot->payload = &boot->guest->payload;
    return 0;
}

static int take_option(struct boot *boot, int key, const char *argument, struct error *error)
{
    switch (key) {
    case OPTION_IN:
        boot->environment = environment_find(argument, error);
        return boot->environment ? 0 : -1;
    case OPTION_ENGINE:
        boot->engine = argument;
        return engine_choose(argument, error);
    case OPTION_PORT:
        return number_parse("--port", argument, 1, 65535, &boot->host_port, error);
    case OPTION_MEMORY:
        return number_parse("--memory", argument, MEMORY_MIN_MIB, MEMORY_MAX_MIB, &boot->memory_mib,
                            error);
    case OPTION_VCPUS:
        return number_parse("--vcpus", argument, 1, QEMU_VCPUS_MAX, &boot->vcpus, error);
    case OPTION_MACHINE:
        boot->machine = qemu_machine_find(argument, error);
        return boot->machine ? 0 : -1;
    case OPTION_FIRMWARE:
        return take_firmware(boot, argument, error);
    case OPTION_BRIDGE:
        boot->bridge = true;
        return 0;
    case OPTION_GDB:
        boot->inspection.gdb = true;
        return 0;
    case OPTION_TRACE:
        boot->trace = true;
        return 0;
    case OPTION_PCAP:
        boot->inspection.pcap_path = argument;
        return 0;
    case OPTION_DISK:
        boot->disk = argument;
        return 0;
    case OPTION_STATS:
        boot->stats = argument;
        return number_parse("--stats", argument, 1, 3600, &(uint64_t){0}, error);
    case OPTION_VIA:
        return libvirt_parse_via(argument, &boot->via_libvirt, error);
    case OPTION_CONNECT:
        boot->connect = argument;
        return 0;
    case OPTION_NAME:
        boot->name = argument;
        return 0;
    case OPTION_GUEST:
        return take_guest(boot, argument, error);
    default:
        boot->accel = argument;
        return 0;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct boot *boot = options_input(state);
    struct error *error = options_error(state);
    if (key == ARGP_KEY_ARG)
        return take_argument(boot, state, argument, error) < 0 ? EINVAL : 0;
    if (key >= OPTION_IN && key <= OPTION_GUEST)
        return take_option(boot, key, argument, error) < 0 ? EINVAL : 0;
    if (key == ARGP_KEY_NO_ARGS && !boot->payload) {
        error_set(error, EXIT_USAGE, "which payload? thrice boot web --in unikernel");
        return EINVAL;
    }
    return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    options,
    parse,
    "PAYLOAD [-- PAYLOAD-ARGUMENT...]",
    "Starts a payload in an environment, prints where it answers, shows its console, and stops "
    "it on Ctrl-C.",
    NULL,
    NULL,
    NULL};

// What is no port is for the payload to refuse, wherever it runs.
static uint16_t port_or(const char *text, uint16_t otherwise)
{
    uint64_t port;
    struct error ignored;
    return number_parse("--port", text, 1, 65535, &port, &ignored) == 0 ? (uint16_t)port
                                                                        : otherwise;
}

// Where the payload's own arguments make it listen: --port N or --port=N, else its default.
static uint16_t payload_port(const struct boot *boot)
{
    for (int i = 0; i < boot->argument_count; i++) {
        const char *word = boot->arguments[i];
        if (strncmp(word, "--port=", 7) == 0)
            return port_or(word + 7, boot->payload->port);
        if (strcmp(word, "--port") == 0 && i + 1 < boot->argument_count)
            return port_or(boot->arguments[i + 1], boot->payload->port);
    }
    return boot->payload->port;
}

static void print_url(const struct boot *boot, const struct server *server)
{
    bool udp = boot->payload->protocol == PROTOCOL_UDP;
    const char *path = boot->payload->url_path ? boot->payload->url_path : "/";
    const char *address = boot->bridge ? server->port.address_text : "127.0.0.1";
    unsigned int port = boot->bridge ? boot->forward.guest_port : boot->forward.host_port;
    printf("%s://%s:%u%s\n", udp ? "udp" : "http", address, port, udp ? "" : path);
    fprintf(stderr, "%s in %s answered after %.0f ms; Ctrl-C stops it\n", boot->payload->name,
            boot->environment->name, (double)server->boot_ns / NS_PER_MS);
    if (boot->bridge)
        fprintf(stderr, "its network: nsenter %s--net --target $(pgrep -x thrice -P %d)\n",
                isolation_has_user_namespace() ? "--user --preserve-credentials " : "",
                (int)isolation_driver());
    fflush(stdout);
}

static void serve(struct boot *boot, struct server *server)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_addr = server->port.address,
                                        .sin_port = htons(boot->forward.guest_port)};
    print_url(boot, server);
    if (boot->listener >= 0) {
        forward_run(boot->listener, boot->payload->protocol, &address, &server->program);
        return;
    }
    while (!isolation_interrupted() && !program_ended(&server->program))
        usleep(100 * 1000);
}

// It ended by itself: that is reported, and good only if the payload says so.
static int judge_end(const struct boot *boot, const struct server *server)
{
    char how[120];
    server_describe_end(server, how, sizeof how);
    fprintf(stderr, "thrice: %s in %s ended: %s\n", boot->payload->name, boot->environment->name,
            how);
    return boot->environment->exit_status(server) == 0 ? EXIT_GOOD : EXIT_FAILED;
}

static int start_backtrace(const struct boot *boot, struct backtrace *backtrace, int *console_fd,
                           struct error *error)
{
    char symbols[PATH_MAX];
    artefact_path(symbols, "guest/%s%s.debug", boot->payload->name, boot->trace ? ".trace" : "");
    return backtrace_start(backtrace, symbols, console_fd, error);
}

static int boot_body(void *state)
{
    struct boot *boot = state;
    struct error error;
    struct network network;
    struct server server;
    struct server_options server_options = {
        .payload = boot->payload,
        .arguments = boot->arguments,
        .port = boot->forward.guest_port,
        .memory_mib = (unsigned int)boot->memory_mib,
        .vcpus = (unsigned int)boot->vcpus,
        .machine = boot->machine,
        .accelerator = &boot->accelerator,
        .forward = boot->bridge ? NULL : &boot->forward,
        .uefi = boot->uefi,
        .trace = boot->trace,
        .inspection = boot->inspection,
        .stats = boot->stats,
        .disk_path = boot->disk ? boot->disk_path : NULL,
        .libvirt = boot->via_libvirt ? &boot->libvirt : NULL,
        .domain = boot->connect ? boot->domain : NULL,
    };
    uint64_t patience_ns =
        boot->inspection.gdb ? PATIENCE_WITH_GDB_NS : server_patience_ns(boot->environment);
    bool bridged = boot->bridge || boot->listener >= 0;
    bool named = boot->environment == &environment_unikernel; // the functions of its backtraces
    struct backtrace backtrace;
    int code = EXIT_GOOD;

    if (bridged && network_create(&network, &error) < 0)
        goto failed;
    if (boot->via_libvirt && !boot->connect &&
        libvirt_start(&boot->libvirt, LIBVIRT_GUESTS, &error) < 0)
        goto failed;
    if (named && start_backtrace(boot, &backtrace, &server_options.console_fd, &error) < 0)
        goto failed;
    int started = server_start(&server, boot->environment, &server_options,
                               bridged ? &network : NULL, patience_ns, &error);
    if (started == 0) {
        serve(boot, &server);
        if (program_ended(&server.program))
            code = judge_end(boot, &server);
        server_stop(&server, bridged ? &network : NULL);
    }
    libvirt_close(&boot->libvirt);
    if (named)
        backtrace_finish(&backtrace);
    if (started == 0)
        return code;

failed:
    if (isolation_interrupted())
        return EXIT_GOOD;
    fprintf(stderr, "thrice: %s in %s: %s\n", boot->payload->name, boot->environment->name,
            error.text);
    return (int)error.code;
}

// The port is opened while the host's network is in sight. QEMU forwards by itself: for a guest
// the port is only found and given free again.
static int open_port(struct boot *boot, struct error *error)
{
    boot->listener = -1;
    boot->forward = (struct qemu_forward){.guest_port = payload_port(boot)};
    if (boot->bridge)
        return 0;
    uint16_t bound;
    int fd = forward_open(boot->payload->protocol, (uint16_t)boot->host_port, &bound, error);
    if (fd < 0)
        return -1;
    boot->forward = (struct qemu_forward){boot->payload->protocol, bound, payload_port(boot)};
    boot->listener = fd;
    if (boot->environment->is_guest) {
        close(fd);
        boot->listener = -1;
    }
    return 0;
}

// The disk is the payload's last argument, by the name that it has in the environment.
static int settle_disk(struct boot *boot, struct error *error)
{
    struct stat status;
    if (!boot->disk && !boot->payload->takes_disk)
        return 0;
    if (!boot->payload->takes_disk)
        return error_set(error, EXIT_USAGE, "--disk: the payload %s takes none",
                         boot->payload->name);
    if (!boot->disk)
        return error_set(error, EXIT_USAGE,
                         "which disk? thrice boot %s --disk FILE (what is on it is lost)",
                         boot->payload->name);
    if (!realpath(boot->disk, boot->disk_path) || stat(boot->disk_path, &status) < 0 ||
        access(boot->disk_path, R_OK | W_OK) < 0)
        return error_set_errno(error, EXIT_USAGE, errno, "--disk %s", boot->disk);
    if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
        return error_set(error, EXIT_USAGE, "--disk %s: neither a file nor a block device",
                         boot->disk);
    if (boot->argument_count == ARGUMENTS_MAX)
        return error_set(error, EXIT_USAGE, "more than %d arguments for the payload",
                         ARGUMENTS_MAX);
    boot->arguments[boot->argument_count++] =
        boot->environment->disk ? boot->environment->disk : boot->disk_path;
    return 0;
}

// A guest that is not ours says itself what it runs on, and how.
static int settle_guest(struct boot *boot, struct error *error)
{
    const struct foreign *guest = boot->guest;
    if (!guest) {
        boot->environment = boot->environment ? boot->environment : &environment_unikernel;
        boot->memory_mib = boot->memory_mib ? boot->memory_mib : DEFAULT_MEMORY_MIB;
        return 0;
    }
    if (boot->environment || boot->argument_count > 0)
        return error_set(error, EXIT_USAGE, "--guest %s: it says itself %s", guest->path,
                         boot->environment ? "where it runs: leave out --in"
                                           : "what it is told (append): leave out --");
    if (guest->environment.machine && boot->machine &&
        strcmp(guest->environment.machine, boot->machine) != 0)
        return error_set(error, EXIT_USAGE, "--machine %s: %s says %s", boot->machine, guest->path,
                         guest->environment.machine);
    if (guest->file.address.s_addr && !boot->bridge)
        return error_set(error, EXIT_USAGE,
                         "%s has an address of its own, which is in the studies' network: add "
                         "--bridge",
                         guest->path);
    boot->environment = &guest->environment;
    boot->machine = guest->environment.machine ? guest->environment.machine : boot->machine;
    if (!boot->memory_mib)
        boot->memory_mib = guest->file.memory_mib ? guest->file.memory_mib : DEFAULT_MEMORY_MIB;
    return 0;
}

static int settle_libvirt(struct boot *boot, struct error *error)
{
    if ((boot->connect || boot->name) && !boot->via_libvirt)
        return error_set(error, EXIT_USAGE, "--%s is for libvirt: add --via libvirt",
                         boot->connect ? "connect" : "name");
    if (!boot->via_libvirt)
        return 0;
    if (!boot->environment->is_guest)
        return error_set(error, EXIT_USAGE, "--via libvirt: %s is no guest of QEMU's",
                         boot->environment->name);
    if (boot->name && !boot->connect)
        return error_set(error, EXIT_USAGE, "--name: of a domain of another libvirt (--connect)");
    if (boot->connect && boot->bridge)
        return error_set(error, EXIT_USAGE,
                         "--connect %s: it reaches no network of thrice's own; leave out --bridge "
                         "or --connect",
                         boot->connect);
    if (boot->connect && boot->environment == &environment_vm)
        return error_set(error, EXIT_USAGE,
                         "--connect %s: the vm's disk is written in thrice's own namespaces; leave "
                         "it out, for a libvirt in these",
                         boot->connect);
    snprintf(boot->domain, sizeof boot->domain, "thrice-%s-%s", boot->payload->name,
             boot->environment->name);
    if (boot->name)
        snprintf(boot->domain, sizeof boot->domain, "%s", boot->name);
    boot->machine = boot->machine ? boot->machine : "q35";
    const struct qemu_options wished = {.machine = boot->machine, .inspection = boot->inspection};
    if (domain_xml_check(&wished, error) < 0)
        return -1;
    return boot->connect ? libvirt_connect(&boot->libvirt, boot->connect, error)
                         : libvirt_check(error);
}

// What does not go together, and what the options imply.
static int settle_options(struct boot *boot, struct error *error)
{
    const char *environment = boot->environment->name;
    if (boot->engine && boot->environment->start != environment_container.start)
        return error_set(error, EXIT_USAGE, "--engine %s: of a container alone (--in container)",
                         boot->engine);
    if (boot->uefi && !boot->environment->has_uefi)
        return error_set(error, EXIT_USAGE, "--firmware uefi: there is no such image of %s",
                         environment);
    if (boot->uefi && boot->machine && !qemu_machine_has_pci(boot->machine))
        return error_set(error, EXIT_USAGE,
                         "--firmware uefi: the machine %s has none; leave out --machine, for q35",
                         boot->machine);
    if (boot->trace && (boot->uefi || boot->environment != &environment_unikernel))
        return error_set(error, EXIT_USAGE,
                         "--trace: there is such an image of the unikernel alone, without UEFI "
                         "firmware (--in unikernel)");
    if (boot->trace && boot->inspection.gdb)
        return error_set(error, EXIT_USAGE,
                         "--trace with --gdb: gdb shows the steps itself; leave out one");
    if (boot->inspection.gdb && boot->bridge)
        return error_set(error, EXIT_USAGE,
                         "--gdb: the network of --bridge is out of gdb's sight; leave out one");
    boot->machine =
        qemu_machine_choose(boot->machine, boot->environment->needs_pci || boot->uefi, error);
    return boot->machine ? 0 : -1;
}

int cmd_boot(int argc, char **argv, struct error *error)
{
    struct boot boot = {
        .accel = "auto",
        .vcpus = 1,
    };
    if (options_parse(&argp, argc, argv, &boot, error) < 0 || settle_guest(&boot, error) < 0 ||
        boot.environment->check(boot.payload, error) < 0)
        return -1;
    if (settle_libvirt(&boot, error) < 0 || settle_options(&boot, error) < 0 ||
        settle_disk(&boot, error) < 0)
        return -1;
    if (boot.environment->is_guest && accelerator_choose(&boot.accelerator, boot.accel, error) < 0)
        return -1;
    if (open_port(&boot, error) < 0 ||
        inspection_prepare(&boot.inspection, boot.environment, boot.payload, error) < 0)
        return -1;
    if (boot.environment->is_guest)
        fprintf(stderr, "accelerator %s: %s\n", accelerator_name(&boot.accelerator),
                boot.accelerator.reason);
    struct isolation isolation = {.in_place = boot.connect != NULL,
                                  .own_network = boot.bridge || !boot.environment->is_guest,
                                  .body = boot_body,
                                  .state = &boot};
    return isolation_run(&isolation, error);
}
