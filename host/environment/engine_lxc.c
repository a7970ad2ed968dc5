/* LXC: no daemon and no image, lxc-start in the foreground beside the container.
 *
 * Its cgroups are relative to those of process 1 as /proc shows them (lxc.container.conf(5),
 * lxc.cgroup.relative). In a cgroup namespace of its own these are "/", and ours are where they
 * are to be.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "artefact.h"
#include "environment/lxc_settings.h"
#include "environment/server.h"

static void print_configuration(FILE *file, const struct server *server)
{
    char rootfs[PATH_MAX];
    artefact_path(rootfs, "images/%s.oci/rootfs", server->options.payload->name);
    fprintf(file, "lxc.uts.name = %s\n", server->options.payload->name);
    fprintf(file, "lxc.rootfs.path = dir:%s\n", rootfs);
    fprintf(file, "lxc.rootfs.options = ro\n");
    fprintf(file, "lxc.mount.auto = proc:mixed\n");
    lxc_settings_put(file, server);
    fprintf(file, "lxc.prlimit.nofile = %" PRIu64 "\n", engine_descriptors());
    if (confinement_data_bytes(server))
        fprintf(file, "lxc.prlimit.data = %" PRIu64 "\n", confinement_data_bytes(server));
    fprintf(file, "lxc.apparmor.profile = unconfined\n");
    fprintf(file, "lxc.console.path = none\n");
    fprintf(file, "lxc.tty.max = 0\n");
}

static int write_configuration(const struct server *server, struct error *error)
{
    char path[64];
    engine_path(path, sizeof path, server, "config");
    FILE *file = fopen(path, "we");
    if (!file)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", path);
    print_configuration(file, server);
    fclose(file);
    return 0;
}

static int lxc_start(struct server *server, struct error *error)
{
    struct argv *argv = &server->argv;
    char config[64];
    if (write_configuration(server, error) < 0)
        return -1;
    engine_path(config, sizeof config, server, "config");
    argv_add(argv, "unshare");
    argv_add(argv, "--cgroup");
    argv_add(argv, "lxc-start");
    argv_add(argv, "--lxcpath=" ENGINE_FOLDER);
    argv_add(argv, "--name=%s", server->id);
    argv_add(argv, "--rcfile=%s", config);
    argv_add(argv, "--foreground");
    argv_add(argv, "--");
    argv_add(argv, "/%s", server->options.payload->name);
    argv_add_list(argv, server->options.arguments);
    return engine_start_program(server, error);
}

static void lxc_remove(struct server *server)
{
    const char *const command[] = {"lxc-stop", "--lxcpath", ENGINE_FOLDER, "--kill",
                                   "--name",   server->id,  NULL};
    struct error ignored;
    engine_run(command, &ignored);
}

const struct engine engine_lxc = {
    .name = "lxc",
    .summary = "LXC, lxc-start beside each container",
    .package = "lxc",
    .programs = (const char *const[]){"lxc-start", "lxc-stop", "unshare", NULL},
    .needs_root = true,
    .hides_status = true, // lxc-start ends with 0 however the container ended
    .start = lxc_start,
    .remove = lxc_remove,
};
