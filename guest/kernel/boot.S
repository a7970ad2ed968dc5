/* Power-on to C: the PVH entry (32-bit, paging off, ebx = start info), a first map of the
 * lower 4 GiB, long mode, a stack, and a thread pointer for the stack protector.
 *
 * PVH: Xen, docs/misc/pvh.pandoc. Only what C cannot do is here.
 */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "long_mode.inc"

#define XEN_ELFNOTE_PHYS32_ENTRY 18

#define COM1            0x3f8
#define PORT_DEBUG_EXIT 0xf4
#define MACHINE_PANIC   127

#define PTE_PRESENT_WRITE 0x003
#define PDE_PRESENT_WRITE_2M 0x083
#define PDE_NX_HIGH 0x80000000 // of its upper half

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long boot_entry32

    .section .text.boot, "ax"
    .code32
    .globl boot_entry32
boot_entry32:
    cld
    mov %ebx, %esi // the start info, out of the way of rep stos

    // bss up to the stack, with the page tables. Where memory ends before it, nothing is kept.
    mov $image_bss, %edi
    mov $image_stack_guard, %ecx
    mov %ecx, -4(%ecx)
    cmp %ecx, -4(%ecx)
    jne too_little_memory
    sub %edi, %ecx
    shr $2, %ecx
    xor %eax, %eax
    rep stosl

    // one PML4 entry, four PDPT entries, 4 x 512 pages of 2 MiB
    movl $boot_pdpt + PTE_PRESENT_WRITE, page_table_root
    mov $boot_pdpt, %edi
    mov $boot_directories + PTE_PRESENT_WRITE, %eax
    mov $4, %ecx
1:  mov %eax, (%edi)
    add $8, %edi
    add $4096, %eax
    loop 1b
    mov $boot_directories, %edi
    mov $PDE_PRESENT_WRITE_2M, %eax
    mov $2048, %ecx
1:  mov %eax, (%edi)
    movl $PDE_NX_HIGH, 4(%edi)
    add $8, %edi
    add $0x200000, %eax
    loop 1b
    movl $0, boot_directories + 4 // the text is in the first: memory.c divides it

    long_mode_enter
    lgdt boot_gdt_pointer
    ljmp $8, $boot_entry64

too_little_memory:
    mov $COM1, %edx
    mov $too_little_memory_text, %esi
1:  lodsb
    out %al, %dx
    test %al, %al
    jnz 1b
    mov $MACHINE_PANIC, %al
    out %al, $PORT_DEBUG_EXIT
2:  hlt
    jmp 2b

    .code64
boot_entry64:
    mov $16, %eax
    mov %eax, %ss
    xor %eax, %eax
    .irp segment, ds, es, fs, gs
    mov %eax, %\segment
    .endr
    mov $image_stack_top, %esp

    // The stack protector reads %fs:0x28 from the first C function on. The canary's low
    // byte is zero so that no string copy can carry it whole. At %fs:0 the libc finds its errno.
    mov $MSR_FS_BASE, %ecx
    xor %edx, %edx
    mov $boot_thread, %eax
    mov %rax, boot_thread
    wrmsr
    rdtsc
    shl $32, %rdx
    or %rdx, %rax
    mov $0x9e3779b97f4a7c15, %rcx
    imul %rcx, %rax
    xor %al, %al
    mov %rax, boot_thread + 0x28

    // The libc's floating point counts on this control word (all exceptions masked).
    fninit

    xor %ebp, %ebp // the end of every backtrace
    mov %esi, %edi
    call kernel_main
    ud2

    .section .rodata
too_little_memory_text:
    .asciz "panic: the machine's memory ends within the kernel's image; give it more (-m)\r\n"
    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff // 8: 64-bit code
    .quad 0x00cf93000000ffff // 16: data
boot_gdt_end:
boot_gdt_pointer:
    .word boot_gdt_end - boot_gdt - 1
    .long boot_gdt

    .bss
    .balign 4096
    .globl page_table_root
page_table_root:
    .skip 4096
boot_pdpt:
    .skip 4096
boot_directories:
    .skip 4 * 4096
    .globl boot_thread
boot_thread:
    .skip 64

    .section .note.GNU-stack, "", @progbits
