/* Files that an environment is made of, and where they come from. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FILES_H
#define THRICE_FILES_H

#include <stddef.h>

#include "doctor/finding.h"

extern const size_t files_count;

void files_find(struct finding *finding, size_t index);

#endif
