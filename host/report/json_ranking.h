/* What statistics say of a report's figures, as JSON (report.schema.json). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_JSON_RANKING_H
#define THRICE_JSON_RANKING_H

#include <jansson.h>

#include "error.h"
#include "report/report.h"

/* "statistics": for each scenario its figures and pairs. NULL and an error on failure; the caller
 * owns it, as the next. */
json_t *json_rankings(const struct report *report, struct error *error);

/* "steadiness": of the machine; null where nothing was recorded of it. */
json_t *json_steadiness(const json_t *records);

#endif
