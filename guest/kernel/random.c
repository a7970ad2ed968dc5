/* The random number generator: ChaCha20 with fast key erasure; see random.h.
 *
 * RFC 8439, section 2.3. Each request spends the first 32 bytes of the first block on the
 * next key, so that nothing given out can be computed from what is left in memory.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "random.h"

#include <string.h>

#include "cpu.h"

#define KEY_WORDS   8
#define BLOCK_WORDS 16

#define CPUID_1_ECX_RDRAND (1u << 30)
#define CPUID_7_EBX_RDSEED (1u << 18)
#define HARDWARE_TRIES     10

static uint32_t key[KEY_WORDS];

static uint32_t rotate(uint32_t value, int bits)
{
    return value << bits | value >> (32 - bits);
}

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *d = rotate(*d ^ (*a += *b), 16);
    *b = rotate(*b ^ (*c += *d), 12);
    *d = rotate(*d ^ (*a += *b), 8);
    *b = rotate(*b ^ (*c += *d), 7);
}

static void chacha20_block(uint32_t counter, uint32_t out[BLOCK_WORDS])
{
    uint32_t start[BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(start + 4, key, sizeof key);
    start[12] = counter;
    memcpy(out, start, sizeof start);
    for (int i = 0; i < 10; i++) {
        for (int j = 0; j < 4; j++)
            quarter_round(&out[j], &out[4 + j], &out[8 + j], &out[12 + j]);
        for (int j = 0; j < 4; j++)
            quarter_round(&out[j], &out[4 + (j + 1) % 4], &out[8 + (j + 2) % 4],
                          &out[12 + (j + 3) % 4]);
    }
    for (int i = 0; i < BLOCK_WORDS; i++)
        out[i] += start[i];
}

void random_add(const void *seed, size_t length)
{
    const uint8_t *bytes = seed;
    uint32_t block[BLOCK_WORDS];
    while (length > 0) {
        uint32_t words[KEY_WORDS] = {0};
        size_t part = length < sizeof words ? length : sizeof words;
        memcpy(words, bytes, part);
        for (int i = 0; i < KEY_WORDS; i++)
            key[i] ^= words[i];
        chacha20_block(0, block);
        memcpy(key, block, sizeof key);
        bytes += part;
        length -= part;
    }
}

void random_bytes(void *buffer, size_t length)
{
    uint8_t *to = buffer;
    uint32_t first[BLOCK_WORDS], block[BLOCK_WORDS];
    chacha20_block(0, first);
    for (uint32_t counter = 1; length > 0; counter++) {
        size_t part = length < sizeof block ? length : sizeof block;
        chacha20_block(counter, block);
        memcpy(to, block, part);
        to += part;
        length -= part;
    }
    memcpy(key, first, sizeof key);
}

uint32_t random_u32(void)
{
    uint32_t value;
    random_bytes(&value, sizeof value);
    return value;
}

static int hardware_word(int seed, uint64_t *word)
{
    unsigned char good = 0;
    for (int i = 0; i < HARDWARE_TRIES && !good; i++) {
        if (seed)
            __asm__ volatile("rdseed %0; setc %1" : "=r"(*word), "=qm"(good) : : "cc");
        else
            __asm__ volatile("rdrand %0; setc %1" : "=r"(*word), "=qm"(good) : : "cc");
    }
    return good;
}

void random_init(void)
{
    uint64_t words[5] = {0};
    int seed = cpu_id(0, 0).a >= 7 && cpu_id(7, 0).b & CPUID_7_EBX_RDSEED;
    int rand = (cpu_id(1, 0).c & CPUID_1_ECX_RDRAND) != 0;
    for (int i = 0; i < 4; i++)
        if (!(seed && hardware_word(1, &words[i])) && rand)
            hardware_word(0, &words[i]);
    words[4] = cpu_timestamp();
    random_add(words, sizeof words);
}
