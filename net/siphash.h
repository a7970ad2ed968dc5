/* SipHash-2-4 (Aumasson, Bernstein 2012): a keyed hash of short inputs for numbers that an
 * attacker must not predict. Input is a whole number of 64-bit words, the result one.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SIPHASH_H
#define THRICE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const uint64_t key[2], const uint64_t *words, size_t count);

#endif
