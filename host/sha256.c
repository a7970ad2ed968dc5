/* SHA-256; see sha256.h. Names and steps are those of FIPS 180-4, section 6.2. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotr(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void schedule(uint32_t W[64], const uint8_t block[64])
{
    for (int t = 0; t < 16; t++)
        W[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
               (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
    for (int t = 16; t < 64; t++) {
        uint32_t s0 = rotr(W[t - 15], 7) ^ rotr(W[t - 15], 18) ^ W[t - 15] >> 3;
        uint32_t s1 = rotr(W[t - 2], 17) ^ rotr(W[t - 2], 19) ^ W[t - 2] >> 10;
        W[t] = s1 + W[t - 7] + s0 + W[t - 16];
    }
}

static void compress(uint32_t H[8], const uint8_t block[64])
{
    uint32_t W[64];
    uint32_t v[8]; // the working variables a to h
    schedule(W, block);
    memcpy(v, H, sizeof v);
    for (int t = 0; t < 64; t++) {
        uint32_t S1 = rotr(v[4], 6) ^ rotr(v[4], 11) ^ rotr(v[4], 25);
        uint32_t Ch = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t T1 = v[7] + S1 + Ch + K[t] + W[t];
        uint32_t S0 = rotr(v[0], 2) ^ rotr(v[0], 13) ^ rotr(v[0], 22);
        uint32_t Maj = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += T1;
        v[0] = T1 + S0 + Maj;
    }
    for (int i = 0; i < 8; i++)
        H[i] += v[i];
}

void sha256_start(struct sha256 *sha256)
{
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(sha256->state, initial, sizeof initial);
    sha256->bytes = 0;
}

void sha256_feed(struct sha256 *sha256, const void *data, size_t size)
{
    const uint8_t *next = data;
    while (size > 0) {
        size_t used = sha256->bytes % sizeof sha256->block;
        size_t part = sizeof sha256->block - used;
        if (part > size)
            part = size;
        memcpy(sha256->block + used, next, part);
        sha256->bytes += part;
        next += part;
        size -= part;
        if (used + part == sizeof sha256->block)
            compress(sha256->state, sha256->block);
    }
}

void sha256_finish(struct sha256 *sha256, char text[SHA256_TEXT_BYTES])
{
    static const uint8_t padding[64] = {0x80};
    uint64_t bits = sha256->bytes * 8;
    uint8_t length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    // To 56 bytes in the last block; the length fills it.
    sha256_feed(sha256, padding, 1 + (119 - sha256->bytes % 64) % 64);
    sha256_feed(sha256, length, sizeof length);
    for (int i = 0; i < 8; i++)
        snprintf(text + 8 * i, 9, "%08x", sha256->state[i]);
}

int sha256_file(const char *path, char text[SHA256_TEXT_BYTES], struct error *error)
{
    struct sha256 sha256;
    uint8_t buffer[65536];
    size_t got;
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, EXIT_LACKING, errno, "%s", path);
    sha256_start(&sha256);
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        sha256_feed(&sha256, buffer, got);
    int failed = ferror(file);
    int saved = errno;
    fclose(file);
    if (failed)
        return error_set_errno(error, EXIT_FAILED, saved, "reading %s", path);
    sha256_finish(&sha256, text);
    return 0;
}
