/* A process and its descendants; see process_tree.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/process_tree.h"

#include "measure/procfile.h"

#include <stdio.h>

#define CHILDREN_BYTES 4096

static void add_children(struct process_tree *tree, pid_t parent)
{
    char path[64], text[CHILDREN_BYTES];
    struct error gone;
    uint64_t pid;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    ssize_t length = procfile_read(path, text, sizeof text, &gone);
    const char *at = text;
    while (length > 0 && tree->count < PROCESS_TREE_MAX &&
           (at = procfile_number(at, text + length, &pid)) != NULL)
        tree->pid[tree->count++] = (pid_t)pid;
}

void process_tree_find(struct process_tree *tree, pid_t root)
{
    tree->pid[0] = root;
    tree->count = 1;
    for (size_t i = 0; i < tree->count; i++)
        add_children(tree, tree->pid[i]);
}

int process_tree_cpu(pid_t root, struct process_stat *stat, uint64_t *cpu_ns, struct error *error)
{
    struct process_tree tree;
    struct process_stat child;
    struct error gone;
    uint64_t child_ns;

    if (process_stat_read(root, stat, error) != 0 || process_cpu_ns(root, cpu_ns, error) != 0)
        return -1;
    process_tree_find(&tree, root);
    for (size_t i = 1; i < tree.count; i++) {
        if (process_stat_read(tree.pid[i], &child, &gone) != 0 ||
            process_cpu_ns(tree.pid[i], &child_ns, &gone) != 0)
            continue;
        stat->utime_ticks += child.utime_ticks;
        stat->stime_ticks += child.stime_ticks;
        stat->guest_time_ticks += child.guest_time_ticks;
        *cpu_ns += child_ns;
    }
    return 0;
}

int process_tree_memory(pid_t root, struct process_memory *memory, struct error *error)
{
    struct process_tree tree;
    struct process_memory child;
    struct error gone;

    if (process_memory_read(root, memory, error) != 0)
        return -1;
    process_tree_find(&tree, root);
    for (size_t i = 1; i < tree.count; i++) {
        if (process_memory_read(tree.pid[i], &child, &gone) != 0)
            continue;
        memory->rss_bytes += child.rss_bytes;
        memory->pss_bytes += child.pss_bytes;
        memory->private_dirty_bytes += child.private_dirty_bytes;
    }
    return 0;
}

int process_tree_rss(pid_t root, uint64_t *rss_bytes, struct error *error)
{
    struct process_tree tree;
    struct process_stat stat;
    struct error gone;

    if (process_stat_read(root, &stat, error) != 0)
        return -1;
    uint64_t pages = stat.rss_pages;
    process_tree_find(&tree, root);
    for (size_t i = 1; i < tree.count; i++)
        if (process_stat_read(tree.pid[i], &stat, &gone) == 0)
            pages += stat.rss_pages;
    *rss_bytes = pages * process_page_bytes();
    return 0;
}
