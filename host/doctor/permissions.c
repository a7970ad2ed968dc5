/* What the kernel allows who asks; see permissions.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/permissions.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "measure/procfile.h"

// A file that forbids them where it says so.
static const struct {
    const char *path;
    char forbids;
    const char *remedy;
} restrictions[] = {
    {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1',
     "Ubuntu's AppArmor forbids them to ordinary users: run as root, or sysctl -w "
     "kernel.apparmor_restrict_unprivileged_userns=0"},
    {"/proc/sys/kernel/unprivileged_userns_clone", '0',
     "this kernel forbids them to ordinary users: run as root, or sysctl -w "
     "kernel.unprivileged_userns_clone=1"},
    {"/proc/sys/user/max_user_namespaces", '0',
     "none are allowed: run as root, or sysctl -w user.max_user_namespaces=10000"},
};

// Whether all there is in the file is that digit.
static bool file_says(const char *root_folder, const char *path, char digit)
{
    char name[PATH_MAX], text[32];
    struct error error;
    snprintf(name, sizeof name, "%s%s", root_folder, path);
    ssize_t length = procfile_read(name, text, sizeof text, &error);
    return length > 0 && text[0] == digit && (length == 1 || text[1] == '\n');
}

void permissions_find_namespaces(struct finding *finding, bool is_root, const char *root_folder)
{
    *finding =
        (struct finding){"namespaces", FINDING_GOOD, "of users can be made by ordinary users"};
    for (size_t i = 0; i < sizeof restrictions / sizeof restrictions[0]; i++) {
        if (!file_says(root_folder, restrictions[i].path, restrictions[i].forbids))
            continue;
        finding->verdict = is_root ? FINDING_ABSENT : FINDING_LACKING;
        snprintf(finding->text, sizeof finding->text, "%s", restrictions[i].remedy);
        return;
    }
}

void permissions_find_tun(struct finding *finding)
{
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    *finding = (struct finding){"tun", FINDING_GOOD, "/dev/net/tun opens: guests can have taps"};
    if (fd < 0) {
        finding->verdict = FINDING_LACKING;
        snprintf(finding->text, sizeof finding->text, "/dev/net/tun: %s: %s", strerror(errno),
                 errno == ENOENT ? "modprobe tun" : "run as root, or chmod 666 /dev/net/tun");
        return;
    }
    close(fd);
}
