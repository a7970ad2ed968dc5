/* The figures of a run: an object of numbers by name, in its record.
 *
 * A figure that could not be measured is there all the same, as null, with the reason beside it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_FIGURES_H
#define THRICE_FIGURES_H

#include <jansson.h>
#include <math.h>

#include "study/study.h"

/* A number that is none (NAN, an infinity) is put down as one that could not be measured. */
void figures_add(json_t *figures, const char *name, double value);
void figures_lack(json_t *figures, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts those that the scenario shows into the record: "figures", and "figures_lacking" of name and
 * reason, if any is lacking. One that was not added at all is lacking, too.
 */
void figures_record(json_t *record, const json_t *figures, const struct scenario *scenario);

/* Of a record: its value, or NAN; why it is not there, or NULL. */
double figures_value(const json_t *record, const char *name);
const char *figures_reason(const json_t *record, const char *name);

#endif
