/* One line of `thrice doctor`. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FINDING_H
#define THRICE_FINDING_H

enum finding_verdict {
    FINDING_GOOD,
    FINDING_ABSENT,  /* not here; the main job runs without */
    FINDING_NOISY,   /* figures are less steady, or less comparable, for it */
    FINDING_LACKING, /* the main job cannot run */
};

struct finding {
    const char *what;
    enum finding_verdict verdict;
    char text[512]; /* what was found, and what to do about it */
};

/* "good", "absent", "noisy", "LACKING". */
const char *finding_name(enum finding_verdict verdict);

#endif
