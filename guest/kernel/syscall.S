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
    push %rdi
    push %rsi
    push %rdx
    push %r10
    push %r8
    push %r9
    and $-16, %rsp
    push %r9 // alignment
    push %r9 // f, the seventh argument
    mov %r8, %r9
    mov %r10, %r8
    mov %rdx, %rcx
    mov %rsi, %rdx
    mov %rdi, %rsi
    mov %rax, %rdi
    call posix_syscall
    lea -48(%rbp), %rsp
    pop %r9
    pop %r8
    pop %r10
    pop %rdx
    pop %rsi
    pop %rdi
    pop %rbp
    pop %rcx
    popfq
    lea 128(%rsp), %rsp
    jmp *%rcx

    .section .note.GNU-stack, "", @progbits
