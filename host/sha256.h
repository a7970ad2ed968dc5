/* SHA-256 (FIPS 180-4), by which a record names the exact images that ran. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SHA256_H
#define THRICE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define SHA256_TEXT_BYTES 65 /* in hexadecimal, with NUL */

struct sha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t block[64];
};

void sha256_start(struct sha256 *sha256);
void sha256_feed(struct sha256 *sha256, const void *data, size_t size);
void sha256_finish(struct sha256 *sha256, char text[SHA256_TEXT_BYTES]);

/* Of a whole file. Returns 0, or -1 and an error naming it. */
int sha256_file(const char *path, char text[SHA256_TEXT_BYTES], struct error *error);

#endif
