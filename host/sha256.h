/* SHA-256 (FIPS 180-4, by nettle), by which a record names the exact images that ran. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SHA256_H
#define THRICE_SHA256_H

#include "error.h"

#define SHA256_TEXT_BYTES 65 /* in hexadecimal, with NUL */

/* Of a whole file. Returns 0, or -1 and an error naming it. */
int sha256_file(const char *path, char text[SHA256_TEXT_BYTES], struct error *error);

/* The same of a text. */
void sha256_text(const char *of, char text[SHA256_TEXT_BYTES]);

#endif
