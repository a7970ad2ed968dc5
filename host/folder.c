/* A folder of plain files; see folder.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_copy.h"

static int copy_entry(const char *from, const char *to, const char *name, uint64_t *bytes,
                      struct error *error)
{
    char source[PATH_MAX], target[PATH_MAX];
    struct stat file;
    snprintf(source, sizeof source, "%s/%s", from, name);
    snprintf(target, sizeof target, "%s/%s", to, name);
    if (lstat(source, &file) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "%s", source);
    if (!S_ISREG(file.st_mode))
        return 0;
    *bytes += (uint64_t)file.st_size;
    return file_copy(source, target, error);
}

int folder_copy(const char *from, const char *to, uint64_t *bytes, struct error *error)
{
    *bytes = 0;
    if (mkdir(to, 0700) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", to);
    DIR *folder = opendir(from);
    if (!folder)
        return error_set_errno(error, EXIT_FAILED, errno, "reading %s", from);
    int code = 0;
    const struct dirent *entry;
    while (code == 0 && (errno = 0, entry = readdir(folder)))
        code = copy_entry(from, to, entry->d_name, bytes, error);
    if (code == 0 && errno != 0)
        code = error_set_errno(error, EXIT_FAILED, errno, "reading %s", from);
    closedir(folder);
    return code;
}

void folder_remove(const char *path)
{
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}
