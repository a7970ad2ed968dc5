/* Whether the runs of an environment may be judged: how many the load generator spoilt. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VALIDITY_H
#define THRICE_VALIDITY_H

#include <jansson.h>
#include <stdbool.h>

struct validity {
    unsigned int runs; /* attempts, repetitions included; without the failed */
    unsigned int voided;
};

/* Of the environment, over all scenarios; of every environment, if NULL. */
struct validity validity_of(const json_t *records, const char *environment);

/* No more than a fifth may be void (design: section 5.8): else the machine was too busy for the
 * good ones among them to be believed, and no verdict is given.
 */
bool validity_allows_verdict(const struct validity *validity);

#endif
