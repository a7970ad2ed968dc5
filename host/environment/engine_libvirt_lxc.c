/* libvirt's containers, by a libvirtd of our own (libvirt.h): a transient domain of its LXC driver,
 * with a controller of libvirt's, libvirt_lxc, beside each.
 *
 * The domain shares the network namespace that the veth is in, and its cgroup is below ours, as a
 * resource partition (https://libvirt.org/cgroups.html); libvirt puts the controller in there, too,
 * so that it counts as the container's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/cgroup_member.h"
#include "environment/cgroup_tree.h"
#include "environment/cpu_list.h"
#include "environment/domain.h"
#include "environment/libvirt.h"
#include "environment/reaper.h"
#include "environment/server.h"
#include "environment/xml_text.h"

#define CONTROLLER "/usr/lib/libvirt/libvirt_lxc"
#define NETNS      "/run/netns" // where libvirt looks for a network namespace by its name

static struct libvirt daemon_connection;

// ---- what it finds: cgroups, root, network ------------------------------------------------------

static int copy_setting(const char *from, const char *to, const char *name, struct error *error)
{
    char path[PATH_MAX], text[256] = "";
    snprintf(path, sizeof path, "%s/%s", from, name);
    FILE *file = fopen(path, "re");
    char *line = file ? fgets(text, sizeof text, file) : NULL;
    if (file)
        fclose(file);
    return line ? cgroup_place_write(to, name, text, error) : 0;
}

// A new cgroup of cpuset takes no process before it has CPUs and memory nodes.
static int make_cgroup(const char *above, const char *path, struct error *error)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_LACKING, errno, "making the cgroup %s", path);
    if (!strstr(path, "/cpuset"))
        return 0;
    return copy_setting(above, path, "cpuset.cpus", error) < 0
               ? -1
               : copy_setting(above, path, "cpuset.mems", error);
}

// A partition must be there under every controller of version 1 that libvirt sees; limits are set
// under some alone. What is made here is removed with the driver's.
static int make_partition(const struct server *server, struct error *error)
{
    char below[CGROUP_PATH_BYTES], top[300], own[600], guest[900];
    int code = 0;
    DIR *root = cgroup_place_version() == 1 ? opendir(CGROUP_ROOT) : NULL;
    struct dirent *entry;
    cgroup_tree_path(below, sizeof below, "");
    while (root && code == 0 && (entry = readdir(root))) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "systemd") == 0)
            continue;
        snprintf(top, sizeof top, CGROUP_ROOT "/%s", entry->d_name);
        snprintf(own, sizeof own, "%s%s", top, below);
        snprintf(guest, sizeof guest, "%s/%s", own, server->id);
        code = make_cgroup(top, own, error) < 0 ? -1 : make_cgroup(own, guest, error);
    }
    if (root)
        closedir(root);
    return code;
}

static int bind_file(const char *from, const char *to, struct error *error)
{
    int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    if (fd >= 0)
        close(fd);
    if (fd < 0 || mount(from, to, NULL, MS_BIND, NULL) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "showing %s at %s", from, to);
    return 0;
}

// libvirt wants folders in a container's root, and makes them there: so it gets one of its own.
static int make_root(const struct server *server, struct error *error)
{
    static const char *const folders[] = {"", "/dev", "/proc", "/sys", "/.oldroot"};
    char root[128], binary[192], built[PATH_MAX];
    const char *name = server->options.payload->name;
    engine_path(root, sizeof root, server, "rootfs");
    snprintf(binary, sizeof binary, "%s/%s", root, name);
    artefact_path(built, "images/%s.oci/rootfs/%s", name, name);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char folder[192];
        snprintf(folder, sizeof folder, "%s%s", root, folders[i]);
        if (mkdir(folder, 0755) < 0)
            return error_set_errno(error, EXIT_FAILED, errno, "making %s", folder);
    }
    return bind_file(built, binary, error);
}

static int name_netns(const struct server *server, struct error *error)
{
    char netns[64], name[64];
    engine_netns_path(netns, sizeof netns, server);
    snprintf(name, sizeof name, NETNS "/%s", server->id);
    mkdir(NETNS, 0755);
    return bind_file(netns, name, error);
}

static void forget_files(const struct server *server)
{
    char path[192], name[128];
    snprintf(path, sizeof path, NETNS "/%s", server->id);
    if (umount2(path, MNT_DETACH) == 0)
        unlink(path);
    snprintf(name, sizeof name, "rootfs/%s", server->options.payload->name);
    engine_path(path, sizeof path, server, name);
    umount2(path, MNT_DETACH);
}

// ---- the domain ---------------------------------------------------------------------------------

static void put_element(FILE *xml, const char *name, const char *text)
{
    fprintf(xml, "<%s>", name);
    xml_put_text(xml, text);
    fprintf(xml, "</%s>\n", name);
}

static void put_mount(FILE *xml, const char *from, const char *to, bool read_only)
{
    fputs("<filesystem type='mount'><source dir='", xml);
    xml_put_text(xml, from);
    fprintf(xml, "'/><target dir='%s'/>%s</filesystem>\n", to, read_only ? "<readonly/>" : "");
}

static void put_cpus(FILE *xml, const struct server *server)
{
    char cpus[CPU_LIST_BYTES];
    unsigned int vcpus = server->options.vcpus;
    if (server->options.cpus)
        cpu_list_format(server->options.cpus, cpus, sizeof cpus);
    if (server->options.cpus)
        fprintf(xml, "<vcpu cpuset='%s'>%u</vcpu>\n", cpus, vcpus);
    else
        fprintf(xml, "<vcpu>%u</vcpu>\n", vcpus);
}

// The limits are those of the partition: it has none of its own but the memory that it must name.
static void put_domain(FILE *xml, const struct server *server)
{
    char cgroup[CGROUP_PATH_BYTES], root[128];
    const char *const *argument = server->options.arguments;
    cgroup_tree_path(cgroup, sizeof cgroup, server->id);
    engine_path(root, sizeof root, server, "rootfs");
    fputs("<domain type='lxc' xmlns:lxc='http://libvirt.org/schemas/domain/lxc/1.0'>\n", xml);
    put_element(xml, "name", server->id);
    fprintf(xml, "<memory unit='MiB'>%u</memory>\n", server->options.memory_mib);
    put_cpus(xml, server);
    fprintf(xml, "<resource><partition>%s</partition></resource>\n<os><type>exe</type>\n", cgroup);
    fprintf(xml, "<init>/%s</init>\n", server->options.payload->name);
    for (; argument && *argument; argument++)
        put_element(xml, "initarg", *argument);
    fputs("</os>\n<devices>\n", xml);
    put_mount(xml, root, "/", true);
    if (server->options.disk_path)
        put_mount(xml, server->options.disk_path, "/dev/vda", false);
    fputs("<console type='pty'/>\n</devices>\n", xml);
    fprintf(xml, "<lxc:namespace><lxc:sharenet type='netns' value='%s'/></lxc:namespace>\n",
            server->id);
    fputs("</domain>\n", xml);
}

// To be freed by the caller; or NULL and an error.
static char *define(const struct server *server, struct error *error)
{
    char *text = NULL;
    size_t size;
    FILE *xml = open_memstream(&text, &size);
    if (xml)
        put_domain(xml, server);
    return xml_finish(xml, &text, "an argument", error);
}

// libvirt has no word for what a process may allocate.
static void limit_data(const struct server *server)
{
    rlim_t bytes = confinement_data_bytes(server);
    const struct rlimit limit = {bytes, bytes};
    struct cgroup_member member;
    if (bytes > 0 && cgroup_member_find(server->id, &member) == 0)
        prlimit(member.pid, RLIMIT_DATA, &limit, NULL);
}

// A payload that refuses its arguments may be gone, with what it said, before we have looked.
static int ended_at_once(struct error *error)
{
    return error_set(error, EXIT_FAILED,
                     "libvirt's container ended at once (how is not told by libvirt-lxc)");
}

static int start_domain(struct server *server, struct error *error)
{
    char *xml = define(server, error);
    if (!xml)
        return -1;
    uint64_t asked_ns = clock_now_ns();
    if (domain_create(server, daemon_connection.connection, xml, VIR_DOMAIN_START_AUTODESTROY,
                      error) < 0)
        return -1;
    limit_data(server);
    pid_t controller = domain_process(server);
    argv_add_running(&server->argv, controller);
    if (program_adopt(&server->program, controller, reaper_status, error) < 0)
        return ended_at_once(error);
    if (domain_copy_console(server, error) < 0) // or it is about to be
        return program_wait(&server->program, NS_PER_S) ? ended_at_once(error) : -1;
    server->program.started_ns = asked_ns; // and not when it was adopted
    return 0;
}

static void libvirt_lxc_end(struct server *server)
{
    domain_end(server);
    forget_files(server);
}

// libvirt shows each container a /proc/meminfo of its own, by a file system in user space.
static int check_fuse(struct error *error)
{
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(error, EXIT_LACKING, errno,
                               "libvirt-lxc does not start here: /dev/fuse (modprobe fuse)");
    close(fd);
    return 0;
}

static int libvirt_lxc_start(struct server *server, struct error *error)
{
    if (check_fuse(error) < 0)
        return -1;
    if (!daemon_connection.connection &&
        libvirt_start(&daemon_connection, LIBVIRT_CONTAINERS, error) < 0)
        return -1;
    if (make_partition(server, error) == 0 && make_root(server, error) == 0 &&
        name_netns(server, error) == 0 && start_domain(server, error) == 0)
        return 0;
    libvirt_lxc_end(server);
    return -1;
}

const struct engine engine_libvirt_lxc = {
    .name = "libvirt-lxc",
    .summary = "libvirt's containers, by a libvirtd of our own",
    .package = "libvirt-daemon-system libvirt-daemon-driver-lxc",
    .programs = (const char *const[]){LIBVIRT_DAEMON, CONTROLLER, "env", NULL},
    .beside = (const char *const[]){"libvirtd", NULL},
    .needs_root = true,
    .hides_status = true, // the controller's is its own
    .start = libvirt_lxc_start,
    .remove = libvirt_lxc_end,
    .release = libvirt_lxc_end,
};
