/* Exceptions: each is the end, with a report. See interrupt.h for what comes and goes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TRAP_H
#define THRICE_TRAP_H

#include <stdint.h>

/* What vectors.S pushes, lowest address first. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Loads the GDT with a task state segment, and the IDT. */
void trap_init(void);

/* Prints rip (unless 0) and the return addresses of the frames from rbp on, as far as they lie
 * on the stack.
 */
void trap_backtrace(uint64_t rip, uint64_t rbp);

#endif
