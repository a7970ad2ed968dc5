/* Threads (thread.h): what the libc's pthread_create() asks a kernel for. */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "thread.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "futex.h"
#include "process.h"
#include "processor.h"

#define STACK_ALIGNMENT 16

/* Lies at the upper end of its own stack. */
struct thread {
    int (*function)(void *);
    void *argument;
    int *cleared;   /* set to 0, and a waiter woken, once the thread has ended */
    void *unmapped; /* of a detached thread: its stack, to be unmapped then; or NULL */
    size_t unmapped_bytes;
};

static struct thread *running[PROCESSORS_MAX];

bool posix_thread_is_main(void)
{
    return processor_self() == 0;
}

_Noreturn void posix_thread_exit(void)
{
    processor_leave();
}

static void run(void *argument)
{
    struct thread *thread = argument;
    running[processor_self()] = thread;
    thread->function(thread->argument);
}

// Whoever joins the thread frees its stack, and this struct with it, when cleared is 0.
static void ended(void *argument)
{
    struct thread thread = *(struct thread *)argument;
    if (thread.unmapped)
        munmap(thread.unmapped, thread.unmapped_bytes);
    if (!thread.cleared)
        return;
    __atomic_store_n(thread.cleared, 0, __ATOMIC_SEQ_CST);
    posix_futex((uint32_t *)thread.cleared, FUTEX_WAKE, 1, NULL, 0);
}

/* The libc's own name for it; its arguments are those of clone(2). Returns the thread's number or a
 * negated errno.
 */
int __clone(int (*function)(void *), void *stack, int flags, void *argument, int *parent_tid,
            void *thread_pointer, int *child_tid);

int __clone(int (*function)(void *), void *stack, int flags, void *argument, int *parent_tid,
            void *thread_pointer, int *child_tid)
{
    static int last_tid = PROCESS_ID;

    if (!(flags & CLONE_THREAD))
        return -ENOSYS; // another process
    uintptr_t top = ((uintptr_t)stack - sizeof(struct thread)) & -(uintptr_t)STACK_ALIGNMENT;
    struct thread *thread = (struct thread *)top;
    *thread = (struct thread){
        .function = function,
        .argument = argument,
        .cleared = flags & CLONE_CHILD_CLEARTID ? child_tid : NULL,
    };
    int tid = __atomic_add_fetch(&last_tid, 1, __ATOMIC_RELAXED);
    if (flags & CLONE_PARENT_SETTID)
        *parent_tid = tid;
    const struct processor_job job = {run, thread, thread, thread_pointer, ended, thread};
    return processor_run(&job) ? tid : -EAGAIN;
}

/* The last a detached thread calls: it cannot give back the stack that it stands on. */
_Noreturn void __unmapself(void *base, size_t size);

_Noreturn void __unmapself(void *base, size_t size)
{
    struct thread *thread = running[processor_self()];
    thread->unmapped = base;
    thread->unmapped_bytes = size;
    processor_leave();
}
