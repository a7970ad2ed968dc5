// status: 1
// console: preserved
/* The SYSCALL instruction keeps every register but rax, rcx and r11, vector registers too,
 * and the red zone below the stack pointer.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>

/* Fills the red zone, rbx, rdx, rdi, rsi, r8, r9, r10, r12 and xmm7, makes a system call that
 * writes to the console (number in edi, text in rsi), and returns how many came back changed.
 */
int64_t probe(int64_t number, const char *text);
__asm__(".text\n"
        "probe:\n"
        "    push %rbx\n    push %r12\n"
        "    mov %rdi, %rax\n"
        "    mov $0x1111111111111111, %rbx\n"
        "    mov %rbx, %r12\n    mov %rbx, %r8\n    mov %rbx, %r9\n    mov %rbx, %r10\n"
        "    movq %rbx, %xmm7\n"
        "    .irp at, 8,16,24,32,40,48,56,64,72,80,88,96,104,112,120,128\n"
        "    mov %rbx, -\\at(%rsp)\n"
        "    .endr\n"
        "    mov $1, %edi\n    mov $10, %edx\n"
        "    syscall\n"
        "    xor %eax, %eax\n"
        "    .irp at, 8,16,24,32,40,48,56,64,72,80,88,96,104,112,120,128\n"
        "    cmp %rbx, -\\at(%rsp)\n    setne %cl\n    movzbl %cl, %ecx\n    add %rcx, %rax\n"
        "    .endr\n"
        "    .irp reg, %r12, %r8, %r9, %r10\n"
        "    cmp %rbx, \\reg\n    setne %cl\n    movzbl %cl, %ecx\n    add %rcx, %rax\n"
        "    .endr\n"
        "    movq %xmm7, %rcx\n    cmp %rbx, %rcx\n    setne %cl\n    movzbl %cl, %ecx\n    add "
        "%rcx, %rax\n"
        "    cmp $1, %edi\n    setne %cl\n    movzbl %cl, %ecx\n    add %rcx, %rax\n"
        "    cmp $10, %edx\n    setne %cl\n    movzbl %cl, %ecx\n    add %rcx, %rax\n"
        "    pop %r12\n    pop %rbx\n    ret\n");

int main(void)
{
    int64_t changed = probe(SYS_write, "by number\n");
    if (changed) {
        printf("FAILED: %ld changed\n", (long)changed);
        return 1;
    }
    puts("preserved");
    return 0;
}
