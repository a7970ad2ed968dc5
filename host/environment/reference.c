/* Reference servers; see reference.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/reference.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "artefact.h"

int reference_check(const struct payload *payload, struct error *error)
{
    char path[PATH_MAX];
    artefact_path(path, "images/%s.oci/config.json", payload->name);
    if (access(path, R_OK) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "%s (run `make reference`)", path);
    return 0;
}

int reference_refuse(const struct payload *payload, struct error *error)
{
    return error_set(error, EXIT_USAGE,
                     "%s is a program of Debian's: it runs in native, container and vm",
                     payload->name);
}

static int mount_at(const char *root, const char *folder, const char *source, const char *type,
                    unsigned long flags, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.*s%s", PATH_MAX - 10, root, folder);
    if (mount(source, path, type, flags, NULL) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "mounting %s", path);
    return 0;
}

int reference_root(const struct payload *payload, char root[PATH_MAX], struct error *error)
{
    char ready[PATH_MAX];
    artefact_path(root, "images/%s.oci/rootfs", payload->name);
    snprintf(ready, sizeof ready, "%.*s/proc/self", PATH_MAX - 20, root);
    if (access(ready, F_OK) == 0)
        return 0;
    if (mount_at(root, "/dev", "/dev", NULL, MS_BIND | MS_REC, error) < 0 ||
        mount_at(root, "/run", "run", "tmpfs", MS_NOSUID | MS_NODEV, error) < 0)
        return -1;
    return mount_at(root, "/proc", "/proc", NULL, MS_BIND | MS_REC, error);
}
