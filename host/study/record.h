/* The fields of a record, or of another object of JSON, as they are asked for again and again. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RECORD_H
#define THRICE_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "study/run_status.h"

/* The text of a field; "" where there is none. */
static inline const char *record_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Whether a field is there and is that text. */
static inline bool record_is(const json_t *object, const char *key, const char *expected)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && strcmp(text, expected) == 0;
}

/* Whether it is of a good run of the scenario in the environment. */
static inline bool record_is_good_run(const json_t *record, const char *scenario,
                                      const char *environment)
{
    return record_is(record, "status", run_status_name(RUN_GOOD)) &&
           record_is(record, "scenario", scenario) && record_is(record, "environment", environment);
}

#endif
