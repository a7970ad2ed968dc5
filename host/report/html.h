/* report.html: one page with everything in it, no network needed; light and dark, on a phone and on
 * paper. Each part of it is a file (html_*.c).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTML_H
#define THRICE_HTML_H

#include <stdio.h>

#include "error.h"
#include "report/plot.h"
#include "report/ranking.h"
#include "report/report.h"

/* Writes the page. Returns 0, or -1 and an error. A missing gnuplot is no error: the page says so
 * where the plots would be.
 */
int html_page(FILE *page, const struct report *report, struct error *error);

/* Text that may hold anything, escaped. */
void html_text(FILE *page, const char *text);

/* As number_text() has it. */
void html_number(FILE *page, double value);

/* "LOW to HIGH", or "one run" where it is unknown. */
void html_interval(FILE *page, const struct interval *interval);

/* The number of an environment's colour and shape (plot.h): the same in every page for those that
 * are ours. */
unsigned int html_colour(const struct report *report, const char *environment);

/* At a glance: environments by scenarios, each with the figure that the scenario is about. */
void html_glance(FILE *page, const struct rankings *rankings);

/* Whether all this can be believed: void runs, the machine's noise and drift, steady states. */
int html_trust(FILE *page, const struct report *report, const struct rankings *rankings,
               struct error *error);

/* What can be said of a scenario, by figure: means as a table, verdicts, what was flagged,
 * what was published. */
void html_figures(FILE *page, const struct report *report, const struct ranking *ranking);

/* Those of its parts that are every pair of environments, moments and outliers, what TCP had to
 * repeat in a burst, if anything, and what was published. */
void html_verdicts(FILE *page, const struct ranking *ranking);
void html_moments(FILE *page, const struct ranking *ranking);
void html_repeats(FILE *page, const struct report *report, const struct scenario *scenario);
void html_published(FILE *page, const struct report *report, const struct scenario *scenario);

/* The plots of a scenario. */
int html_plots(FILE *page, const struct report *report, const struct ranking *ranking,
               struct error *error);

/* Which of the colours is which environment's. */
void html_legend(FILE *page, const struct report *report, const struct ranking *ranking);

/* Those of them that are the parts of a boot, the course of a ramp, distributions of latencies,
 * those of a computation's figures over its runs, single runs, and courses of runs. */
int html_plot_boot(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error);
int html_plot_ramp(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error);
int html_plot_latency(FILE *page, const struct report *report, const struct ranking *ranking,
                      struct error *error);
int html_plot_spread(FILE *page, const struct report *report, const struct ranking *ranking,
                     struct error *error);
int html_plot_runs(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error);
int html_plot_bars(FILE *page, const struct report *report, const struct ranking *ranking,
                   struct error *error);
int html_plot_series(FILE *page, const struct report *report, const struct ranking *ranking,
                     struct error *error);

enum { HTML_PLOT_WIDTH = 500, HTML_PLOT_HEIGHT = 310 };

/* Ends a plot that was begun and sets it into the page, its points linked to runs as svg_write()
 * has it. Returns 0, or -1 and an error. */
int html_plot_set(FILE *page, struct plot *plot, const char *caption, const size_t *runs,
                  size_t count, struct error *error);

/* Curves over scenarios that differ in one number alone: guests, vCPUs, connections, ... */
bool html_has_curves(const struct report *report, const struct rankings *rankings);
int html_curves(FILE *page, const struct report *report, const struct rankings *rankings,
                struct error *error);

/* The machine, versions and hashes; every run in order, those that were void or failed included. */
void html_machine(FILE *page, const struct report *report);
void html_runs(FILE *page, const struct report *report);

/* The style sheet (report.css). */
extern const char html_style[];

#endif
