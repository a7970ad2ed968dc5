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

/* Task state segment (Intel SDM vol. 3, 7.7). */
struct __attribute__((packed)) trap_task_state {
    uint32_t reserved0;
    uint64_t rsp[3], reserved1, ist[7], reserved2;
    uint16_t reserved3, io_map;
};

/* What each processor has of its own: its tables, and the stacks on which it takes exceptions and
 * interrupts. Zeroed by who makes it.
 */
struct trap_tables {
    uint8_t stack_common[8192] __attribute__((aligned(16)));
    uint8_t stack_last[4096]; /* for what may strike while the first is in use */
    uint64_t gdt[5];
    struct trap_task_state task;
};

/* For another processor, after trap_init(): loads its GDT, and the one IDT. */
void trap_init_processor(struct trap_tables *tables);

/* Loads the GDT with a task state segment, and the IDT. */
void trap_init(void);

/* Prints rip (unless 0) and the return addresses of the frames from rbp on, as far as they lie
 * on the stack.
 */
void trap_backtrace(uint64_t rip, uint64_t rbp);

#endif
