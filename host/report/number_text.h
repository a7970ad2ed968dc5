/* A figure as people read it: three digits that count, and no exponent where there need be none. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NUMBER_TEXT_H
#define THRICE_NUMBER_TEXT_H

enum { NUMBER_TEXT_BYTES = 24 };

/* Writes into text, and returns it. */
const char *number_text(char text[NUMBER_TEXT_BYTES], double value);

#endif
