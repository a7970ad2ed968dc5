/* Numbers people type: strict, because a misread rate or count spoils a study silently.
 *
 * Only decimal digits are taken: no sign, no blank, no suffix, no trailing junk. A refusal
 * names the option, what was typed, and the range (exit code EXIT_USAGE).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NUMBER_H
#define THRICE_NUMBER_H

#include "error.h"

#include <stdint.h>

/* Reads a whole number from minimum to maximum, both included. option is its name as typed,
 * with its dashes. Returns 0 and sets *value, or -1 and leaves it. */
int number_parse(const char *option, const char *text, uint64_t minimum, uint64_t maximum,
                 uint64_t *value, struct error *error);

/* Reads seconds, with up to nine decimals ("60", "0.5"), as nanoseconds; the range is in
 * nanoseconds, and the message gives it in seconds. */
int number_parse_seconds(const char *option, const char *text, uint64_t minimum_ns,
                         uint64_t maximum_ns, uint64_t *value_ns, struct error *error);

#endif
