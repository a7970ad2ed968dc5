/* Leaves long mode, copies the segments, enters the kernel; see handover.h. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "handover.h"

#define CR0_PE      0x00000001
#define CR0_PG_MASK 0x7fffffff
#define MSR_EFER    0xc0000080

// struct handover
#define HANDOVER_ENTRY      0
#define HANDOVER_START_INFO 4
#define HANDOVER_COPY_COUNT 8
#define HANDOVER_COPIES     12
#define COPY_TO             0
#define COPY_FROM           4
#define COPY_COUNT          8
#define COPY_SIZE           12

    .section .rodata
    .balign 16
    .globl handover_code
    .code64
handover_code:
    cli
    mov %edi, %ebx // struct handover
    lea gdt(%rip), %rax
    mov %rax, gdt_pointer + 2(%rip)
    lgdt gdt_pointer(%rip)
    lea protected_mode(%rip), %rax
    push $8
    push %rax
    lretq

    .code32
protected_mode:
    mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss

    // In this order: EFER.LME and CR4 may only change with paging off, CR0.WP after CR4.CET.
    mov %cr0, %eax
    and $CR0_PG_MASK, %eax
    mov %eax, %cr0
    mov $MSR_EFER, %ecx
    xor %eax, %eax
    xor %edx, %edx
    wrmsr
    mov %eax, %cr4
    mov $CR0_PE, %eax
    mov %eax, %cr0

    cld
    mov HANDOVER_COPY_COUNT(%ebx), %edx
    lea HANDOVER_COPIES(%ebx), %ebp
1:  test %edx, %edx
    jz 2f
    mov COPY_TO(%ebp), %edi
    mov COPY_FROM(%ebp), %esi
    mov COPY_COUNT(%ebp), %ecx
    rep movsb
    add $COPY_SIZE, %ebp
    dec %edx
    jmp 1b

2:  mov HANDOVER_ENTRY(%ebx), %eax
    mov HANDOVER_START_INFO(%ebx), %ebx
    jmp *%eax

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff // 8: 32-bit code
    .quad 0x00cf93000000ffff // 16: data
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .quad 0
    .org handover_code + HANDOVER_CODE_BYTES // an error when it has outgrown that

    .section .note.GNU-stack, "", @progbits
