/* Another processor's way from real mode to C.
 *
 * processor_trampoline is copied below 1 MiB, where a processor starts: 16-bit, paging off. It
 * only switches to 32 bits and jumps into the image, so that nothing there is ever executed with
 * paging on. Each takes the next number, and by it its stack.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "long_mode.inc"

#define PROCESSORS_MAX  64 // processor.h

#define SELECTOR_CODE64 8
#define SELECTOR_DATA   16
#define SELECTOR_CODE32 24

    .section .rodata
    .balign 8
    .globl processor_trampoline, processor_trampoline_end
    .code16
processor_trampoline:
    cli
    mov %cs, %ax
    mov %ax, %ds
    lgdtl gdt_pointer - processor_trampoline
    mov $CR0_PE, %eax
    mov %eax, %cr0
    ljmpl $SELECTOR_CODE32, $start32
    .balign 4
gdt_pointer:
    .word gdt_end - gdt - 1
    .long gdt
processor_trampoline_end:

    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff // 64-bit code
    .quad 0x00cf93000000ffff // data
    .quad 0x00cf9b000000ffff // 32-bit code
gdt_end:

    .section .text.processor_start, "ax"
    .code32
start32:
    mov $SELECTOR_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    long_mode_enter
    ljmp $SELECTOR_CODE64, $start64

    .code64
start64:
    mov $1, %eax
    lock xadd %eax, processors_started
    cmp $PROCESSORS_MAX, %eax
    jae 1f
    mov %eax, %edi
    mov processor_stack_top(, %rdi, 8), %rsp
    test %rsp, %rsp
    jz 1f

    // The stack protector's canary is the boot processor's.
    mov $MSR_FS_BASE, %ecx
    xor %edx, %edx
    mov $boot_thread, %eax
    wrmsr
    fninit
    xor %ebp, %ebp
    call processor_main
    ud2
1:  hlt // one that nobody expects
    jmp 1b

/* processor_switch(stack, argument, code): calls code(argument) on that stack; no way back. */
    .globl processor_switch
processor_switch:
    mov %rdi, %rsp
    mov %rsi, %rdi
    xor %ebp, %ebp
    call *%rdx
    ud2

    .section .note.GNU-stack, "", @progbits
