/* libvirt's daemon; see libvirt.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/libvirt.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "environment/console.h"
#include "environment/reaper.h"
#include "nearest.h"

#define IMAGES       "/var/lib/libvirt/images"
#define LOG          "/run/libvirtd.log"
#define DRIVERS      "/run/libvirt-drivers"
#define DRIVERS_ONLY "LIBVIRT_DRIVER_DIR=/run/libvirt-drivers" // DRIVERS

static const uint64_t START_PATIENCE_NS = 60 * NS_PER_S;
static const uint64_t POLL_NS = 5 * NS_PER_MS;

// What the daemon reads and writes, beside /run, which is the driver's own already.
static const char *const folders[] = {"/etc/libvirt", "/var/lib/libvirt", "/var/cache/libvirt",
                                      "/var/log/libvirt"};

// The guests run as the driver does, in its cgroups, and their files keep their owners.
static const char qemu_conf[] = "user = \"root\"\n"
                                "group = \"root\"\n"
                                "dynamic_ownership = 0\n"
                                "remember_owner = 0\n"
                                "security_driver = \"none\"\n"
                                "cgroup_controllers = []\n"
                                "namespaces = []\n"
                                "stdio_handler = \"file\"\n"; // without virtlogd
static const char lxc_conf[] = "security_driver = \"none\"\n";
static const char libvirtd_conf[] = "auth_unix_ro = \"none\"\n"
                                    "auth_unix_rw = \"none\"\n"
                                    "log_outputs = \"3:stderr\"\n";

static struct program daemon_reaper; // what our daemon runs below
static unsigned int connections;     // to it

int libvirt_parse_via(const char *name, bool *via_libvirt, struct error *error)
{
    static const char *const names[] = {"qemu", "libvirt", NULL};
    *via_libvirt = strcmp(name, "libvirt") == 0;
    if (*via_libvirt || strcmp(name, "qemu") == 0)
        return 0;
    return nearest_unknown(error, "manager", name, names);
}

int libvirt_check(struct error *error)
{
    // As root of a user namespace it fails in setgroups(), which it calls before it starts QEMU.
    if (geteuid() != 0)
        return error_set(error, EXIT_LACKING,
                         "a libvirtd of thrice's own needs root: --connect qemu:///session takes "
                         "yours, for boot");
    return access(LIBVIRT_DAEMON, X_OK) == 0
               ? 0
               : error_set_errno(error, EXIT_LACKING, errno,
                                 LIBVIRT_DAEMON " (apt-get install "
                                                "libvirt-daemon-system)");
}

// Errors are printed by whoever called, and by nobody else.
static void keep_silent(void *data, virErrorPtr error)
{
    (void)data;
    (void)error;
}

// A daemon that is gone is an error of the call that needs it, and not our end.
static void prepare_library(void)
{
    virSetErrorFunc(NULL, keep_silent);
    signal(SIGPIPE, SIG_IGN);
}

int libvirt_error(struct error *error, enum exit_code code, const char *what)
{
    error_set(error, code, "%s: %s", what, virGetLastErrorMessage());
    for (char *c = error->text; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = c[1] ? ' ' : '\0';
    return -1;
}

static int write_file(const char *path, const char *text, struct error *error)
{
    FILE *file = fopen(path, "we");
    if (!file || fputs(text, file) == EOF || fclose(file) == EOF)
        return error_set_errno(error, EXIT_FAILED, errno, "writing %s", path);
    return 0;
}

// Images that lie where libvirt's users keep them stay in sight.
static void show_images(int images_fd)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", images_fd);
    if (images_fd < 0)
        return;
    if (mkdir(IMAGES, 0755) < 0 || mount(path, IMAGES, NULL, MS_BIND, NULL) < 0)
        fprintf(stderr, "thrice: %s is out of sight: %s\n", IMAGES, strerror(errno));
    close(images_fd);
}

static int own_folders(struct error *error)
{
    static bool owned;
    if (owned)
        return 0;
    int images_fd = open(IMAGES, O_PATH | O_CLOEXEC);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (mount("thrice", folders[i], "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0) {
            if (images_fd >= 0)
                close(images_fd);
            return error_set_errno(error, EXIT_LACKING, errno,
                                   "covering %s (apt-get install libvirt-daemon-system)",
                                   folders[i]);
        }
    show_images(images_fd);
    mkdir("/run/lock", 0755); // /var/lock, of consoles
    if (write_file("/etc/libvirt/qemu.conf", qemu_conf, error) < 0 ||
        write_file("/etc/libvirt/lxc.conf", lxc_conf, error) < 0)
        return -1;
    if (write_file("/etc/libvirt/libvirtd.conf", libvirtd_conf, error) < 0)
        return -1;
    owned = true;
    return 0;
}

// The daemon looks for all that it has a driver for, networks, storage, devices, before it answers:
// so it is shown a folder with two of them. False: they do not lie beside its library.
static bool gather_drivers(void)
{
    static const char *const drivers[] = {"qemu", "lxc"};
    char own[PATH_MAX], link[sizeof DRIVERS + 32];
    Dl_info library;
    bool any = false;
    if (dladdr((void *)(uintptr_t)virConnectOpen, &library) == 0)
        return false;
    mkdir(DRIVERS, 0755); // it may be there, of a daemon that did not start
    snprintf(own, sizeof own, "%s", library.dli_fname);
    char *folder_end = strrchr(own, '/');
    for (size_t i = 0; folder_end && i < sizeof drivers / sizeof drivers[0]; i++) {
        snprintf(folder_end, (size_t)(own + sizeof own - folder_end),
                 "/libvirt/connection-driver/libvirt_driver_%s.so", drivers[i]);
        snprintf(link, sizeof link, DRIVERS "/libvirt_driver_%s.so", drivers[i]);
        if (access(own, R_OK) < 0)
            continue;
        if (symlink(own, link) < 0 && errno != EEXIST)
            return false;
        any = true;
    }
    return any;
}

static int start_daemon(struct error *error)
{
    static const char *const argv[] = {
        "env", DRIVERS_ONLY, LIBVIRT_DAEMON, "--config", "/etc/libvirt/libvirtd.conf", NULL};
    int log = open(LOG, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const struct program_options options = {.argv = gather_drivers() ? argv : argv + 2,
                                            .netns_fd = -1,
                                            .inherited_fd = -1,
                                            .output_fd = log};
    int code = reaper_start(&daemon_reaper, &options, error);
    close(log);
    return code;
}

// What the daemon says of itself tells more than what its absence looks like from here.
static int refuse_daemon(const char *why, struct error *error)
{
    char last[CONSOLE_LINE_BYTES] = "";
    if (access(LOG, R_OK) == 0)
        console_last_line(LOG, last);
    return error_set(error, EXIT_LACKING, "libvirtd does not start here: %s%s%s", why,
                     last[0] ? ": " : "", last);
}

// It listens after a moment, and answers once its drivers are there, or are found not to be.
static int wait_for_daemon(struct libvirt *libvirt, const char *uri, struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + START_PATIENCE_NS;
    while (!(libvirt->connection = virConnectOpen(uri))) {
        int why = virGetLastErrorCode();
        if (program_ended(&daemon_reaper))
            return refuse_daemon("it ends", error);
        if (why == VIR_ERR_NO_CONNECT)
            return error_set(error, EXIT_LACKING,
                             "libvirtd has no driver for %s (apt-get install "
                             "libvirt-daemon-driver-%.*s)",
                             uri, (int)strcspn(uri, ":"), uri);
        if (clock_now_ns() > deadline_ns)
            return refuse_daemon(virGetLastErrorMessage(), error);
        clock_sleep_until_ns(clock_now_ns() + POLL_NS);
    }
    return 0;
}

// Asked before the first guest, for it is then that it asks QEMU.
static int ask_capabilities(const struct libvirt *libvirt, struct error *error)
{
    char *capabilities =
        virConnectGetDomainCapabilities(libvirt->connection, NULL, NULL, NULL, NULL, 0);
    if (!capabilities)
        return libvirt_error(error, EXIT_FAILED, "libvirtd, started by thrice");
    free(capabilities);
    return 0;
}

int libvirt_start(struct libvirt *libvirt, const char *uri, struct error *error)
{
    memset(libvirt, 0, sizeof *libvirt);
    prepare_library();
    if (connections == 0 &&
        (libvirt_check(error) < 0 || own_folders(error) < 0 || start_daemon(error) < 0))
        return -1;
    if (wait_for_daemon(libvirt, uri, error) == 0 &&
        (strcmp(uri, LIBVIRT_GUESTS) != 0 || ask_capabilities(libvirt, error) == 0)) {
        connections++;
        return 0;
    }
    if (libvirt->connection)
        virConnectClose(libvirt->connection);
    libvirt->connection = NULL;
    if (connections == 0)
        program_kill(&daemon_reaper);
    return -1;
}

// "qemu:///session", "qemu+unix:///system": no host before the path, and a daemon behind it.
static bool is_local(const char *uri)
{
    const char *authority = strstr(uri, "://");
    return authority && strncmp(authority, ":///embed", 9) != 0 && authority[3] == '/';
}

int libvirt_connect(struct libvirt *libvirt, const char *uri, struct error *error)
{
    memset(libvirt, 0, sizeof *libvirt);
    prepare_library();
    if (!is_local(uri))
        return error_set(error, EXIT_USAGE,
                         "--connect %s: no URI of a libvirt on this machine, as qemu:///system is",
                         uri);
    if (geteuid() == 0 && strcmp(uri, "qemu:///session") == 0)
        return error_set(error, EXIT_USAGE,
                         "--connect %s is for ordinary users; root has qemu:///system", uri);
    libvirt->uri = uri;
    libvirt->connection = virConnectOpen(uri);
    if (!libvirt->connection)
        return libvirt_error(error, EXIT_LACKING, uri);
    const char *type = virConnectGetType(libvirt->connection);
    if (type && strcmp(type, "QEMU") == 0)
        return 0;
    libvirt_close(libvirt);
    return error_set(error, EXIT_USAGE, "--connect %s: it is not QEMU's", uri);
}

void libvirt_close(struct libvirt *libvirt)
{
    if (!libvirt->connection)
        return;
    virConnectClose(libvirt->connection);
    libvirt->connection = NULL;
    if (!libvirt->uri && --connections == 0)
        program_kill(&daemon_reaper);
}
