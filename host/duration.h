/* A duration in words, for people. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DURATION_H
#define THRICE_DURATION_H

#include <stdint.h>

enum { DURATION_TEXT_BYTES = 32 };

/* "45 s", "12 min 05 s", "5 h 40 min". Returns text. */
const char *duration_format(uint64_t duration_ns, char text[DURATION_TEXT_BYTES]);

#endif
