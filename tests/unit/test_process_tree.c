// sources: host/measure/process_tree.c host/measure/process.c host/measure/procfile.c host/error.c
/* A process and its descendants: our own, three generations of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/process_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define OWN_BYTES (16 << 20)

/* A process with that much private memory, and generations - 1 below it; the last of them says by a
 * byte that all are there. They wait to be killed. */
static pid_t start_family(int generations, int ready_fd)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    char *own = mmap(NULL, OWN_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(own, 1, OWN_BYTES);
    if (generations > 1)
        start_family(generations - 1, ready_fd);
    else if (write(ready_fd, own, 1) != 1)
        _exit(1);
    alarm(60); /* should the test die before it kills them */
    for (;;)
        pause();
}

static void test_process_tree_sums_generations(void **state)
{
    (void)state;
    int ready[2];
    char byte;
    struct error error;
    struct process_tree tree;
    struct process_memory memory, first;
    struct process_stat stat;
    uint64_t rss_bytes, cpu_ns, first_ns;
    assert_int_equal(pipe(ready), 0);
    pid_t root = start_family(3, ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    process_tree_find(&tree, root);
    assert_int_equal(tree.count, 3);
    assert_int_equal(tree.pid[0], root);

    assert_int_equal(process_tree_memory(root, &memory, &error), 0);
    assert_int_equal(process_memory_read(root, &first, &error), 0);
    /* what a parent has, its children share with it: only the last one's is private */
    assert_true(memory.pss_bytes >= 3 * (uint64_t)OWN_BYTES);
    assert_true(memory.rss_bytes >= memory.pss_bytes);
    assert_true(memory.private_dirty_bytes >= first.private_dirty_bytes + OWN_BYTES);
    assert_int_equal(process_tree_rss(root, &rss_bytes, &error), 0);
    assert_true(rss_bytes >= 2 * (uint64_t)OWN_BYTES);
    assert_int_equal(process_tree_cpu(root, &stat, &cpu_ns, &error), 0);
    assert_int_equal(process_cpu_ns(root, &first_ns, &error), 0);
    assert_true(cpu_ns > first_ns); /* they wait, and use no more */
    assert_int_equal(stat.pid, root);

    for (size_t i = 0; i < tree.count; i++)
        kill(tree.pid[i], SIGKILL);
    assert_int_equal(waitpid(root, NULL, 0), root);
    close(ready[0]);
    close(ready[1]);
}

static void test_process_tree_without_its_root(void **state)
{
    (void)state;
    struct error error = {0};
    struct process_stat stat;
    struct process_memory memory;
    uint64_t number;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    assert_int_equal(process_tree_cpu(pid, &stat, &number, &error), -1);
    assert_int_equal(error.code, EXIT_FAILED);
    assert_int_equal(process_tree_memory(pid, &memory, &error), -1);
    assert_int_equal(process_tree_rss(pid, &number, &error), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_process_tree_sums_generations),
        cmocka_unit_test(test_process_tree_without_its_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
