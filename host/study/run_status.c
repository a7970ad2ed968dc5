/* How a run ended; see run_status.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/run_status.h"

const char *run_status_name(enum run_status status)
{
    static const char *const names[] = {
        [RUN_GOOD] = "good", [RUN_VOID] = "void", [RUN_FAILED] = "failed"};
    return names[status];
}
