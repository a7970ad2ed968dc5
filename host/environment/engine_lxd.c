/* LXD: a daemon of our own, lxd, with a storage pool in a folder, started before the first
 * container; a monitor of LXC's stays beside each.
 *
 * What LXD has no setting for is told as LXC's own words (raw.lxc): the network namespace that is
 * there, what to execute, the cgroups, as engine_lxc.c says them, and a pipe for the console. The
 * daemon has a network namespace of its own, without anything in it: it would look for news on the
 * internet, and its abstract sockets are named after its folder, which is every driver's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/console.h"
#include "environment/cpu_list.h"
#include "environment/isolation.h"
#include "environment/lxc_settings.h"
#include "environment/server.h"

#define FOLDER "/run/engine/lxd"
#define OUTPUT ENGINE_FOLDER "/lxd.output"
#define LXD    "env", "LXD_DIR=/run/engine/lxd", "LXD_SECURITY_APPARMOR=false", "lxd" // FOLDER
#define LXC    "env", "LXD_DIR=/run/engine/lxd", "LXD_CONF=/run/engine/lxd/client", "lxc"

static const uint64_t DAEMON_PATIENCE_NS = 60 * NS_PER_S;

static struct program daemon_program;

// ---- the daemon ---------------------------------------------------------------------------------

static int start_daemon(const struct server *server, struct error *error)
{
    static const char *const argv[] = {
        "unshare", "--cgroup", "--net", LXD, "--group=root", "--logfile=/run/engine/lxd.log", NULL};
    int output = open(OUTPUT, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const struct program_options options = {
        .argv = argv,
        .netns_fd = -1,
        .inherited_fd = -1,
        .output_fd = output,
        .cpus = server->options.cpus, // a container starts on its daemon's, and is moved later
    };
    int code = mkdir(FOLDER, 0711) < 0 && errno != EEXIST // of one that did not start
                   ? error_set_errno(error, EXIT_FAILED, errno, "making " FOLDER)
                   : program_start(&daemon_program, &options, error);
    if (output >= 0)
        close(output);
    return code;
}

static int await_daemon(struct error *error)
{
    static const char *const ready[] = {LXD, "waitready", "--timeout=1", NULL};
    uint64_t deadline_ns = clock_now_ns() + DAEMON_PATIENCE_NS;
    char last[CONSOLE_LINE_BYTES];
    while (!program_ended(&daemon_program) && clock_now_ns() < deadline_ns &&
           !isolation_interrupted()) {
        if (access(FOLDER "/unix.socket", F_OK) == 0 && engine_run(ready, error) == 0)
            return 0;
        clock_sleep_until_ns(clock_now_ns() + 10 * NS_PER_MS);
    }
    program_stop(&daemon_program);
    console_last_line(OUTPUT, last);
    return error_set(error, EXIT_LACKING, "lxd does not start here: %s",
                     last[0] ? last : "it ends");
}

static int prepare_daemon(const struct server *server, struct error *error)
{
    static const char *const pool[] = {LXC, "storage", "create", "default", "dir", NULL};
    static const char *const disk[] = {LXC,    "profile", "device", "add",          "default",
                                       "root", "disk",    "path=/", "pool=default", NULL};
    if (daemon_program.pid != 0)
        return 0;
    if (start_daemon(server, error) < 0 || await_daemon(error) < 0)
        return -1;
    if (engine_run(pool, error) == 0 && engine_run(disk, error) == 0)
        return 0;
    program_stop(&daemon_program); // the next container is to ask again
    return -1;
}

// ---- the image: the bundle's root, and a page about it ------------------------------------------

static int write_metadata(struct error *error)
{
    FILE *file = fopen(ENGINE_FOLDER "/metadata.yaml", "we");
    if (!file || fputs("architecture: x86_64\ncreation_date: 1\n", file) == EOF ||
        fclose(file) == EOF)
        return error_set_errno(error, EXIT_FAILED, errno, "writing metadata.yaml");
    return 0;
}

static int load(const struct server *server, struct error *error)
{
    const struct payload *payload = server->options.payload;
    char bundle[PATH_MAX], image[128], alias[64];
    artefact_path(bundle, "images/%s.oci", payload->name);
    snprintf(image, sizeof image, ENGINE_FOLDER "/%s.tar", payload->name);
    snprintf(alias, sizeof alias, "--alias=%s", payload->name);
    const char *const pack[] = {
        "tar",           "--create",    "--file", image,    "--directory", ENGINE_FOLDER,
        "metadata.yaml", "--directory", bundle,   "rootfs", NULL};
    const char *const import[] = {LXC, "image", "import", alias, NULL};
    if (access(image, F_OK) < 0 && (write_metadata(error) < 0 || engine_run(pack, error) < 0))
        return -1;
    return engine_load_file(payload, import, image, error);
}

// ---- a container --------------------------------------------------------------------------------

// LXD's names are those of hosts.
static void name_of(char name[sizeof((struct server *)0)->id], const struct server *server)
{
    snprintf(name, sizeof server->id, "%s", server->id);
    for (char *c = name; *c; c++)
        if (*c == '.')
            *c = '-';
}

// LXC splits it at blanks, and has no way to write one.
static int put_command(FILE *file, const struct server *server, struct error *error)
{
    const char *const *argument = server->options.arguments;
    fprintf(file, "lxc.init.cmd = /%s", server->options.payload->name);
    for (; argument && *argument; argument++) {
        if (strpbrk(*argument, " \t\n\"'\\") || !**argument)
            return error_set(error, EXIT_USAGE,
                             "lxd takes no argument with a blank, a quote or a backslash, or of "
                             "nothing: '%s'",
                             *argument);
        fprintf(file, " %s", *argument);
    }
    fputc('\n', file);
    return 0;
}

static int put_raw(FILE *file, const struct server *server, struct error *error)
{
    char console[128];
    engine_path(console, sizeof console, server, "console");
    lxc_settings_put(file, server);
    fprintf(file, "lxc.console.logfile = %s\n", console);
    fprintf(file, "lxc.console.size =\n"); // no limit: with one, LXC writes to no pipe
    return put_command(file, server, error);
}

// To be freed by the caller; or NULL and an error.
static char *raw_settings(const struct server *server, struct error *error)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    int code = file ? put_raw(file, server, error)
                    : error_set(error, EXIT_FAILED, "out of memory for LXC's settings");
    if (file)
        fclose(file);
    if (code == 0)
        return text;
    free(text);
    return NULL;
}

// A number alone would be how many, and not which.
static void add_cpus(struct argv *argv, const struct server *server)
{
    char cpus[CPU_LIST_BYTES];
    if (!server->options.cpus)
        return;
    cpu_list_format(server->options.cpus, cpus, sizeof cpus);
    if (strpbrk(cpus, ",-"))
        argv_add(argv, "--config=limits.cpu=%s", cpus);
    else
        argv_add(argv, "--config=limits.cpu=%s-%s", cpus, cpus);
}

static int fill_command(struct server *server, struct error *error)
{
    static const char *const launch[] = {LXC, "launch", NULL};
    char name[sizeof server->id];
    struct argv *argv = &server->argv;
    char *raw = raw_settings(server, error);
    if (!raw)
        return -1;
    name_of(name, server);
    argv_add_list(argv, launch);
    argv_add(argv, "%s", server->options.payload->name);
    argv_add(argv, "%s", name);
    argv_add(argv, "--config=security.privileged=true"); // root is root, as with the others
    argv_add(argv, "--config=limits.kernel.nofile=%" PRIu64, engine_descriptors());
    if (confinement_data_bytes(server))
        argv_add(argv, "--config=limits.kernel.data=%" PRIu64, confinement_data_bytes(server));
    add_cpus(argv, server);
    argv_add(argv, "--config=raw.lxc=%s", raw);
    free(raw);
    return 0;
}

// Who reads the pipe ends when the monitor does, who writes it: the program to wait for.
static int copy_console(struct server *server, struct error *error)
{
    char console[128];
    engine_path(console, sizeof console, server, "console");
    const char *const argv[] = {"cat", console, NULL};
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = server->console_fd};
    if (mkfifo(console, 0600) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "making %s", console);
    return program_start(&server->program, &options, error);
}

static void lxd_delete(struct server *server)
{
    char name[sizeof server->id];
    name_of(name, server);
    const char *const command[] = {LXC, "delete", "--force", name, NULL};
    struct error ignored;
    engine_run(command, &ignored);
}

static int lxd_start(struct server *server, struct error *error)
{
    if (prepare_daemon(server, error) < 0 || load(server, error) < 0 ||
        fill_command(server, error) < 0 || copy_console(server, error) < 0)
        return -1;
    if (engine_run((const char *const *)server->argv.word, error) == 0)
        return 0;
    lxd_delete(server);
    program_stop(&server->program);
    return -1;
}

const struct engine engine_lxd = {
    .name = "lxd",
    .summary = "LXD, by an lxd of our own",
    .package = "lxd",
    .programs = (const char *const[]){"lxd", "lxc", "unshare", "tar", "env", "cat", NULL},
    .beside = (const char *const[]){"lxd", NULL},
    .needs_root = true,
    .hides_status = true, // nobody asks the monitor
    .start = lxd_start,
    .remove = lxd_delete,
    .release = lxd_delete,
};
