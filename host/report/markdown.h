/* report.md: what report.html says, without plots, for a repository or a pull request. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MARKDOWN_H
#define THRICE_MARKDOWN_H

#include <stdio.h>

#include "error.h"
#include "report/report.h"

/* Writes it, as CommonMark with GitHub's tables. Returns 0, or -1 and an error. */
int markdown_page(FILE *page, const struct report *report, struct error *error);

#endif
