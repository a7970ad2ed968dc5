/* Random numbers for keys, sequence numbers, ports and the libc's getrandom.
 *
 * A ChaCha20 stream (RFC 8439) keyed from everything that random_add() was given:
 * RDSEED/RDRAND where the CPU has them and the timing of boot at random_init(), virtio-rng
 * when its driver starts.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RANDOM_H
#define THRICE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_init(void);
void random_add(const void *seed, size_t length);
void random_bytes(void *buffer, size_t length);
uint32_t random_u32(void);

#endif
