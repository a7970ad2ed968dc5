/* What LXC containers have alike; see lxc_settings.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/lxc_settings.h"

#include <string.h>

#include "environment/cgroup_tree.h"
#include "environment/engine.h"

// A line of fstab(5), where blanks end a path.
static void put_disk(FILE *file, const char *path)
{
    fputs("lxc.mount.entry = ", file);
    for (; *path; path++)
        if (strchr(" \t\n\\", *path))
            fprintf(file, "\\%03o", (unsigned int)*path);
        else
            fputc(*path, file);
    fputs(" dev/vda none bind,create=file 0 0\n", file);
}

void lxc_settings_put(FILE *file, const struct server *server)
{
    char netns[64], cgroup[CGROUP_PATH_BYTES];
    engine_netns_path(netns, sizeof netns, server);
    cgroup_tree_path(cgroup, sizeof cgroup, server->id);
    fprintf(file, "lxc.namespace.share.net = %s\n", netns);
    fprintf(file, "lxc.cgroup.dir.container = %s/lxc\n", cgroup + 1); // without its '/'
    fprintf(file, "lxc.cgroup.dir.monitor = %s.monitor\n", cgroup + 1);
    fprintf(file, "lxc.cgroup.dir.monitor.pivot = %s.pivot\n", cgroup + 1); // else it is the host's
    if (server->options.disk_path)
        put_disk(file, server->options.disk_path);
}
