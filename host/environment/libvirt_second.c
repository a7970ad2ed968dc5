/* The daemon that domains are moved to; see libvirt_second.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/libvirt_second.h"

#include <fcntl.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "environment/reaper.h"

#define FOLDER "/run/libvirt-second"
#define LOG    "/run/libvirtd-second.log"
#define URI    "qemu+unix:///system?socket=" FOLDER "/libvirt-sock"

static const uint64_t START_PATIENCE_NS = 60 * NS_PER_S;
static const uint64_t POLL_NS = 5 * NS_PER_MS;

// In its namespaces: the configuration of the first, with another socket and another host.
static const char script[] =
    "set -e\n"
    "hostname thrice-second\n"
    "mkdir -p " FOLDER "\n"
    "cp /etc/libvirt/*.conf " FOLDER "\n"
    "for folder in /run/libvirt /etc/libvirt /var/lib/libvirt /var/cache/libvirt"
    " /var/log/libvirt; do mount -t tmpfs -o mode=0755 thrice $folder; done\n"
    "cp " FOLDER "/*.conf /etc/libvirt\n"
    "echo 'unix_sock_dir = \"" FOLDER "\"' >> /etc/libvirt/libvirtd.conf\n"
    "echo 'host_uuid = \"74687269-6365-4d6f-a76e-64207365636f\"' >> /etc/libvirt/libvirtd.conf\n"
    "exec " LIBVIRT_DAEMON " --config /etc/libvirt/libvirtd.conf --pid-file " FOLDER "/pid\n";

static struct program second_reaper;
static struct libvirt second;

static int start(struct error *error)
{
    static const char *const argv[] = {"unshare", "--mount", "--uts", "sh", "-c", script, NULL};
    int log = open(LOG, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = log};
    int code = reaper_start(&second_reaper, &options, error);
    close(log);
    return code;
}

// It is asked what it can do at once, for it is then that it asks QEMU.
static int connect_to_it(struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + START_PATIENCE_NS;
    while (!second.connection && !program_ended(&second_reaper) && clock_now_ns() < deadline_ns) {
        clock_sleep_until_ns(clock_now_ns() + POLL_NS);
        second.connection = virConnectOpen(URI);
    }
    char *capabilities =
        second.connection
            ? virConnectGetDomainCapabilities(second.connection, NULL, NULL, NULL, NULL, 0)
            : NULL;
    if (!capabilities)
        return libvirt_error(error, EXIT_LACKING, "a second libvirtd (" LOG ")");
    free(capabilities);
    return 0;
}

const struct libvirt *libvirt_second(struct error *error)
{
    if (second.connection || (start(error) == 0 && connect_to_it(error) == 0))
        return &second;
    if (second.connection)
        virConnectClose(second.connection);
    second.connection = NULL;
    program_kill(&second_reaper);
    return NULL;
}
