/* Findings; see finding.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/finding.h"

const char *finding_name(enum finding_verdict verdict)
{
    static const char *const names[] = {
        [FINDING_GOOD] = "good",
        [FINDING_ABSENT] = "absent",
        [FINDING_NOISY] = "noisy",
        [FINDING_LACKING] = "LACKING",
    };
    return names[verdict];
}
