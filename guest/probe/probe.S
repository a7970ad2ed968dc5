/* The smallest guest: prints a line, counts, and exits. Its two users are the driver, which
 * times it to learn whether /dev/kvm is backed by hardware, and the benchmarks, for which
 * the time to its first byte is the floor that no image can beat.
 *
 * PVH entry, 32-bit, paging off; COM1; isa-debug-exit at 0xf4 (QEMU ends with
 * status 42 << 1 | 1 = 85, which no failure of QEMU's own gives).
 */
/* SPDX-License-Identifier: BSD-2-Clause */

#define TURNS 1000000 // 1 ms on hardware, some 10 ms in TCG, many seconds in an emulated KVM

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18 // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long probe_start

    .text
    .code32
    .globl probe_start
probe_start:
    mov $line, %esi
    mov $0x3f8, %edx
1:  lodsb
    test %al, %al
    jz 2f
    outb %al, %dx
    jmp 1b

2:  mov $TURNS, %ecx
    mov $1, %eax
3:  imul $5, %eax, %eax
    add $1, %eax
    dec %ecx
    jnz 3b

    mov $42, %al
    outb %al, $0xf4
4:  cli
    hlt
    jmp 4b

line:
    .asciz "probe\n"

    .section .note.GNU-stack, "", @progbits
