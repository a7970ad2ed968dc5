/* The processor's last level of cache.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CACHE_H
#define THRICE_CACHE_H

// Its bytes, as CPUID tells; 0 where it does not.
unsigned long long cache_bytes(void);

#endif
