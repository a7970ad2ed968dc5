// sources: host/study/schedule.c host/prng.c
/* The order of runs: complete blocks, shuffled, the same for the same seed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "study/schedule.h"

enum { BLOCKS = 20, SCENARIOS = 3, ENVIRONMENTS = 4, PER_BLOCK = SCENARIOS * ENVIRONMENTS };

static void test_schedule_every_block_is_complete(void **state)
{
    (void)state;
    struct schedule_entry *order = schedule_make(BLOCKS, SCENARIOS, ENVIRONMENTS, 7);
    for (unsigned int block = 0; block < BLOCKS; block++) {
        bool seen[SCENARIOS][ENVIRONMENTS] = {{false}};
        for (unsigned int i = 0; i < PER_BLOCK; i++) {
            const struct schedule_entry *entry = &order[block * PER_BLOCK + i];
            assert_int_equal(entry->block, block);
            assert_in_range(entry->scenario, 0, SCENARIOS - 1);
            assert_in_range(entry->environment, 0, ENVIRONMENTS - 1);
            assert_false(seen[entry->scenario][entry->environment]);
            seen[entry->scenario][entry->environment] = true;
        }
    }
    free(order);
}

static void test_schedule_follows_its_seed(void **state)
{
    (void)state;
    size_t bytes = (size_t)BLOCKS * PER_BLOCK * sizeof(struct schedule_entry);
    struct schedule_entry *first = schedule_make(BLOCKS, SCENARIOS, ENVIRONMENTS, 42);
    struct schedule_entry *again = schedule_make(BLOCKS, SCENARIOS, ENVIRONMENTS, 42);
    struct schedule_entry *other = schedule_make(BLOCKS, SCENARIOS, ENVIRONMENTS, 43);
    assert_memory_equal(first, again, bytes);
    assert_memory_not_equal(first, other, bytes);
    free(first);
    free(again);
    free(other);
}

// A shuffle that favoured a place would let drift favour an environment.
static void test_schedule_favours_no_place(void **state)
{
    enum { MANY = 6000, EXPECTED = MANY / ENVIRONMENTS };
    unsigned int count[ENVIRONMENTS][ENVIRONMENTS] = {{0}};
    (void)state;
    struct schedule_entry *order = schedule_make(MANY, 1, ENVIRONMENTS, 1);
    for (unsigned int i = 0; i < MANY * ENVIRONMENTS; i++)
        count[i % ENVIRONMENTS][order[i].environment]++;
    for (int place = 0; place < ENVIRONMENTS; place++)
        for (int environment = 0; environment < ENVIRONMENTS; environment++)
            assert_in_range(count[place][environment], EXPECTED * 9 / 10, EXPECTED * 11 / 10);
    free(order);
}

static void test_schedule_of_one(void **state)
{
    (void)state;
    struct schedule_entry *order = schedule_make(1, 1, 1, 0);
    assert_int_equal(order[0].block + order[0].scenario + order[0].environment, 0);
    free(order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedule_every_block_is_complete),
        cmocka_unit_test(test_schedule_follows_its_seed),
        cmocka_unit_test(test_schedule_favours_no_place),
        cmocka_unit_test(test_schedule_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
