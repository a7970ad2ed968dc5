/* The threads of a job: the caller is worker 0 and works in slices; the others run beside it.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TEAM_H
#define THRICE_TEAM_H

#include <stdbool.h>

#include "query.h"

enum { TEAM_MAX = 64 };

// Starts workers 1 to threads-1, which wait for team_go(). False, and an error 507, when not all of
// them can be had; then none runs.
bool team_start(struct query *query, unsigned threads, void (*work)(unsigned worker));

// Lets them work.
void team_go(void);

// Whether the workers are to end; they look before their work, and now and then.
bool team_stopping(void);

// Whether all of them have returned. The caller's share is the caller's affair.
bool team_done(void);

// Tells those who still run to end, and waits until they have.
void team_end(void);

#endif
