/* Vectors: an entry for each exception, and the interrupts that wake the processor.
 *
 * All run on a stack of their own (IST), because the interrupted code may use the red zone.
 */
/* SPDX-License-Identifier: BSD-2-Clause */

    .text
// Exceptions 0 to 31, each 16 bytes long: push an error code where the CPU has not.
    .balign 16
    .globl trap_vectors
trap_vectors:
    .set vector, 0
    .rept 32
    .balign 16
    .if (vector != 8) && (vector != 10) && (vector != 11) && (vector != 12) && (vector != 13) && (vector != 14) && (vector != 17) && (vector != 21) && (vector != 29) && (vector != 30)
    push $0
    .endif
    push $vector
    jmp trap_entry
    .set vector, vector + 1
    .endr

trap_entry:
    .irp register, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
    push %\register
    .endr
    cld
    mov %rsp, %rdi // struct trap_frame
    and $-16, %rsp
    call trap_report // does not return
    ud2

// The timer has run out, perhaps a little before its time by the other clock: it must be set anew.
    .globl interrupt_timer
interrupt_timer:
    movq $0, timer_due_ns
    jmp interrupt_wake

// The power button: leave a note for power.c.
    .globl interrupt_power
interrupt_power:
    movb $1, power_interrupted

// A device, or another processor: acknowledge the local APIC, and that is all. Any processor counts
// here, and a count lost would be an interrupt that no driver acknowledges (virtio_net.c).
    .globl interrupt_wake
interrupt_wake:
    lock incq interrupt_counters
    push %rax
    mov $0xfee000b0, %eax
    movl $0, (%rax)
    pop %rax
    iretq

// Spurious interrupts are not acknowledged (Intel SDM vol. 3, 11.9).
    .globl interrupt_spurious
interrupt_spurious:
    iretq

    .section .note.GNU-stack, "", @progbits
