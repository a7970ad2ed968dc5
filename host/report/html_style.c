/* The page's style sheet, carried in the program. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"

__asm__(".section .rodata\n"
        ".global html_style\n"
        "html_style: .incbin \"host/report/report.css\"\n"
        ".byte 0\n"
        ".previous\n");
