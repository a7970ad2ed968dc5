/* The one process: its thread, its end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCESS_H
#define THRICE_PROCESS_H

#define PROCESS_ID 1

/* Closes all sockets, gives what they still hold a second to be delivered, ends the machine. */
_Noreturn void posix_exit(int status);

/* The libc's thread pointer (FS), for its thread-local variables. 0. */
long posix_thread_pointer_set(void *pointer);

#endif
