// status: 1
// console: intact
/* A leaf function's red zone survives: interrupts come in the idle halt alone, on a stack of
 * their own. Sleeps keep the timer running while a leaf loop looks for a lost word.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

/* Turns of filling and checking 16 words of red zone; returns how many were lost. */
uint64_t spin(uint64_t turns);
__asm__(".text\n"
        "spin:\n    xor %eax, %eax\n"
        "1:  .irp at, 8,16,24,32,40,48,56,64,72,80,88,96,104,112,120,128\n"
        "    mov %rdi, -\\at(%rsp)\n"
        "    .endr\n"
        "    .irp at, 8,16,24,32,40,48,56,64,72,80,88,96,104,112,120,128\n"
        "    cmp %rdi, -\\at(%rsp)\n    setne %cl\n    movzbl %cl, %ecx\n    add %rcx, %rax\n"
        "    .endr\n"
        "    dec %rdi\n    jnz 1b\n    ret\n");

int main(void)
{
    uint64_t lost = 0;
    for (int round = 0; round < 50; round++) {
        usleep(100);
        lost += spin(20000);
    }
    if (lost) {
        printf("FAILED: %lu words lost\n", (unsigned long)lost);
        return 1;
    }
    puts("intact");
    return 0;
}
