/* Programs, and what they are for. The environments themselves say what the main job lacks. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROGRAMS_H
#define THRICE_PROGRAMS_H

#include <stddef.h>

#include "doctor/finding.h"

extern const size_t programs_count;

void programs_find(struct finding *finding, size_t index);

#endif
