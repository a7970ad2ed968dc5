/* Plays a script against a booted guest. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TEST_PLAY_H
#define THRICE_TEST_PLAY_H

#include "script.h"

/* True if all went as written; otherwise the first difference has been told on stderr. */
bool play(const struct script *script, bool verbose);

#endif
