/* Settings of the machine that make figures noisy, or other than a reader would think. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SETTINGS_H
#define THRICE_SETTINGS_H

#include <stddef.h>

#include "doctor/finding.h"

/* How many there are. */
extern const size_t settings_count;

/* Looks at the one of that index. root stands before the paths of /proc and /sys: "", or in tests
 * a folder that holds another machine's files. A file that is not there is no fault: a virtual
 * machine has few of them.
 */
void settings_find(struct finding *finding, size_t index, const char *root);

#endif
