/* Many questions asked at once: of twenty without any difference one has p < 0.05 by chance. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HOLM_H
#define THRICE_HOLM_H

#include <stddef.h>

#include "error.h"

/* Adjusts the p values of one family, in place, by the method of Holm 1979: compared with a level,
 * the chance of any false alarm among them stays below that level. Returns 0, or -1 and an
 * error when out of memory.
 */
int holm_adjust(double *p_values, size_t count, struct error *error);

#endif
