/* The SYSCALL instruction of the libc: Linux's convention in, a C call out.
 *
 * Ring 0 stays ring 0, so this is a jump. The caller may keep data in the 128 bytes below
 * its stack pointer (the red zone): skip them. Everything but rax, rcx and r11 is preserved,
 * vector registers too, because no guest code below the libc uses them.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
    .text
    .globl syscall_entry
syscall_entry:
    lea -128(%rsp), %rsp
    push %r11 // the caller's flags
    push %rcx // the caller's instruction pointer
    push %rbp
    mov %rsp, %rbp
    .irp register, rdi, rsi, rdx, r10, r8, r9
    push %\register
    .endr
    and $-16, %rsp
    mov %r10, %r8
    mov %rdx, %rcx
    mov %rsi, %rdx
    mov %rdi, %rsi
    mov %rax, %rdi
    call posix_syscall
    lea -48(%rbp), %rsp
    .irp register, r9, r8, r10, rdx, rsi, rdi, rbp, rcx
    pop %\register
    .endr
    popfq
    lea 128(%rsp), %rsp
    jmp *%rcx

    .section .note.GNU-stack, "", @progbits
