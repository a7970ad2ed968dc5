/* SipHash-2-4 over 64-bit words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "siphash.h"

static uint64_t rotate_left(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static void siphash_rounds(uint64_t v[4], int rounds)
{
    while (rounds-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate_left(v[1], 13) ^ v[0];
        v[3] = rotate_left(v[3], 16) ^ v[2];
        v[0] = rotate_left(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate_left(v[1], 17) ^ v[2];
        v[3] = rotate_left(v[3], 21) ^ v[0];
        v[2] = rotate_left(v[2], 32);
    }
}

static void siphash_block(uint64_t v[4], uint64_t block)
{
    v[3] ^= block;
    siphash_rounds(v, 2);
    v[0] ^= block;
}

uint64_t siphash(const uint64_t key[2], const uint64_t *words, size_t count)
{
    uint64_t v[4] = {
        key[0] ^ 0x736f6d6570736575u,
        key[1] ^ 0x646f72616e646f6du,
        key[0] ^ 0x6c7967656e657261u,
        key[1] ^ 0x7465646279746573u,
    };

    for (size_t i = 0; i < count; i++)
        siphash_block(v, words[i]);
    siphash_block(v, (uint64_t)(count * 8) << 56);
    v[2] ^= 0xff;
    siphash_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
