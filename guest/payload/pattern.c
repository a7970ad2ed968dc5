/* Blocks that say who they are; see pattern.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "pattern.h"

enum { WORD_CHECKSUM, WORD_NUMBER, WORD_GENERATION, WORD_BYTES, WORDS_HEAD };

static const uint64_t MULTIPLIER = 0x9e3779b97f4a7c15u; // 2^64 / the golden ratio, odd

// Each word counts by its value and its place: FNV-1a's scheme, on words.
static uint64_t checksum(const uint64_t *words, size_t count)
{
    uint64_t sum = 0xcbf29ce484222325u;
    for (size_t i = WORD_CHECKSUM + 1; i < count; i++)
        sum = (sum ^ words[i]) * MULTIPLIER;
    return sum ^ sum >> 32;
}

void pattern_fill(void *block, size_t bytes, uint64_t number, uint64_t generation)
{
    uint64_t *words = block;
    size_t count = bytes / sizeof *words;
    uint64_t word = number ^ generation << 48;
    words[WORD_NUMBER] = number;
    words[WORD_GENERATION] = generation;
    words[WORD_BYTES] = bytes;
    for (size_t i = WORDS_HEAD; i < count; i++)
        words[i] = word += MULTIPLIER;
    words[WORD_CHECKSUM] = checksum(words, count);
}

const char *pattern_fault(const void *block, size_t bytes, uint64_t number)
{
    const uint64_t *words = block;
    if (checksum(words, bytes / sizeof *words) != words[WORD_CHECKSUM])
        return "its checksum is wrong";
    if (words[WORD_NUMBER] != number)
        return "it is another block";
    if (words[WORD_BYTES] != bytes)
        return "it was written with another size";
    return NULL;
}
