/* Moving memory; see move.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "move.h"

#include <stddef.h>

enum { STEP_WORDS = 16 * 1024 };

static uint64_t step_end(const struct move *move, const struct mover *m)
{
    return move->words - m->at < STEP_WORDS ? move->words : m->at + STEP_WORDS;
}

// What is written is the distance to the end; the loops are unrolled: both as in Debian's sysbench.
static void move_sequential(const struct move *move, struct mover *m, uint64_t end)
{
    volatile uint64_t *word = m->words + m->at, *last = m->words + end;
    if (move->writes)
#pragma GCC unroll 8
        for (; word < last; word++)
            *word = (uint64_t)(last - word);
    else
#pragma GCC unroll 8
        for (; word < last; word++)
            (void)*word;
}

static uint64_t rotated(uint64_t word, unsigned left)
{
    return word << left | word >> (64 - left);
}

// From 0 to 1: xoroshiro128+ (Blackman and Vigna) as sysbench makes a fraction of it. Its cost is a
// part of the figure there too.
static double at_random(uint64_t state[2])
{
    union {
        uint64_t bits;
        double value;
    } number = {.bits = 0x3ffull << 52 | (state[0] + state[1]) >> 12}; // from 1 to 2
    uint64_t mixed = state[0] ^ state[1];
    state[0] = rotated(state[0], 55) ^ mixed ^ mixed << 14;
    state[1] = rotated(mixed, 36);
    return number.value - 1;
}

static void move_random(const struct move *move, struct mover *m, uint64_t end)
{
    const volatile uint64_t *words = &move->words; // sysbench asks for each word how many there are
    for (uint64_t i = m->at; i < end; i++) {
        double place = at_random(m->random) * (double)(int64_t)*words;
        volatile uint64_t *word = &m->words[(size_t)place];
        if (move->writes)
            *word = i;
        else
            (void)*word;
    }
}

bool move_fill_step(const struct move *move, struct mover *m)
{
    uint64_t end = step_end(move, m);
    for (uint64_t i = m->at; i < end; i++)
        m->words[i] = 0;
    m->at = end < move->words ? end : 0;
    return end == move->words;
}

// sysbench reads a thread's timer under a lock, for its reports in between; so does this, without
// having them.
static void timer_take(struct mover *m)
{
    while (atomic_flag_test_and_set_explicit(&m->timed, memory_order_acquire))
        ;
}

static void timer_release(struct mover *m)
{
    atomic_flag_clear_explicit(&m->timed, memory_order_release);
}

bool move_step(struct move *move, struct mover *m, uint64_t (*now_ns)(void))
{
    if (m->start_ns == 0) {
        if (atomic_fetch_add_explicit(&move->taken, 1, memory_order_relaxed) >= move->operations)
            return true;
        timer_take(m);
        m->start_ns = now_ns();
        timer_release(m);
    }
    uint64_t end = step_end(move, m);
    if (move->random)
        move_random(move, m, end);
    else
        move_sequential(move, m, end);
    m->at = end;
    if (end < move->words)
        return false;
    timer_take(m);
    sample_add(&m->sample, now_ns() - m->start_ns);
    timer_release(m);
    m->at = m->start_ns = 0;
    return false;
}
