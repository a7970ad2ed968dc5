/* report.html: one page with everything in it, no network needed; light and dark, on a phone and on
 * paper. Each part of it is a file (html_*.c).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTML_H
#define THRICE_HTML_H

#include <stdio.h>

#include "error.h"
#include "report/ranking.h"
#include "report/report.h"

/* Writes the page. Returns 0, or -1 and an error. A missing gnuplot is no error: the page says so
 * where the plots would be.
 */
int html_page(FILE *page, const struct report *report, struct error *error);

/* Text that may hold anything, escaped. */
void html_text(FILE *page, const char *text);

/* What can be said of a scenario, by figure: the verdicts as sentences, the figures as a table. */
void html_verdicts(FILE *page, const struct ranking *ranking);
void html_figures(FILE *page, const struct report *report, const struct ranking *ranking);
void html_published(FILE *page, const struct report *report, const struct scenario *scenario);

/* The plots of a scenario. */
int html_plots(FILE *page, const struct report *report, const struct ranking *ranking,
               struct error *error);

/* The machine and the versions; every run, those that were void or failed included. */
void html_machine(FILE *page, const struct report *report);
void html_runs(FILE *page, const struct report *report);

/* The style sheet (report.css). */
extern const char html_style[];

#endif
