/* study.json: the plan and the machine, all that is needed to repeat a study. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MANIFEST_H
#define THRICE_MANIFEST_H

#include <jansson.h>

#include "error.h"
#include "study/plan.h"

/* argv is the driver's own. The caller owns the result; NULL and an error when an image cannot be
 * read.
 */
json_t *manifest_json(const struct plan *plan, int argc, char **argv, struct error *error);

#endif
