/* Mutual exclusion between processors. Interrupts are off wherever it is held, so that no lock is
 * ever taken twice on one processor.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SPINLOCK_H
#define THRICE_SPINLOCK_H

#include <stdbool.h>

/* Zeroed, it is free. */
struct spinlock {
    bool held;
};

static inline void spinlock_take(struct spinlock *lock)
{
    while (__atomic_test_and_set(&lock->held, __ATOMIC_ACQUIRE))
        __builtin_ia32_pause();
}

static inline void spinlock_release(struct spinlock *lock)
{
    __atomic_clear(&lock->held, __ATOMIC_RELEASE);
}

#endif
