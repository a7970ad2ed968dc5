/* Command-line options by argp, with errors of our own: one line that names the option that is
 * wrong and the nearest right one. There are no short options.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_OPTIONS_H
#define THRICE_OPTIONS_H

#include <argp.h>

#include "error.h"

/* Parses as argp_parse() does, --help included. The parser (argp->parser) reports what is wrong by
 * filling the struct error given as input's companion and returning EINVAL; it finds it by
 * options_error(). Returns 0, or -1 and the error.
 */
int options_parse(const struct argp *argp, int argc, char **argv, void *input, struct error *error);

/* In a parser: the input and the error of the options_parse() it is part of. */
void *options_input(const struct argp_state *state);
struct error *options_error(const struct argp_state *state);

#endif
