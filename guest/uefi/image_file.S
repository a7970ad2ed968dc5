/* The unikernel that this loader carries: the very ELF file that QEMU boots by -kernel. */
/* SPDX-License-Identifier: BSD-2-Clause */
    .section .rodata
    .balign 16
    .globl image_file, image_file_bytes
image_file:
    .incbin IMAGE_FILE
1:  .balign 4
image_file_bytes:
    .long 1b - image_file

    .section .note.GNU-stack, "", @progbits
