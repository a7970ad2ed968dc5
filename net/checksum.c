/* The Internet checksum (RFC 1071) for lwIP: 8 bytes at a time with end-around carry. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum.h"

#include <stddef.h>
#include <string.h>

/* Adds with the carry brought around. */
static uint64_t add_carry(uint64_t sum, uint64_t value)
{
    sum += value;
    return sum + (sum < value);
}

static uint64_t load(const uint8_t *data, size_t length)
{
    uint64_t value = 0;

    memcpy(&value, data, length);
    return value;
}

uint16_t checksum_fold(const void *data, int length)
{
    const uint8_t *at = data;
    uint64_t sum = 0;

    for (; length >= 8; length -= 8, at += 8)
        sum = add_carry(sum, load(at, 8));
    for (; length >= 2; length -= 2, at += 2)
        sum = add_carry(sum, load(at, 2));
    if (length > 0)
        sum = add_carry(sum, *at);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}
